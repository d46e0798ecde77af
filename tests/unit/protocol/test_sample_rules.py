"""Keys of a draw that contradict each other are refused, all at once."""

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol, template_text


def read(keys):
    text = template_text().replace("#[sample]", f"[sample]\n{keys}\n", 1)
    return parse_protocol(text).sample


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ('design = "stratified"\nsize = 5', "design = \"stratified\" needs the key 'strata'"),
        ('design = "cluster"\nsize = 5', "design = \"cluster\" needs the key 'cluster'"),
        ('design = "proportional_to_size"\nsize = 5', "needs the key 'size_measure'"),
        ('size = 5\ncluster = "area"', 'cluster needs design = "cluster"'),
        ('size = 5\norder_by = "area"',
         'order_by needs design = "systematic" or "proportional_to_size"'),
        ('size = 5\nallocation = "fixed"', 'allocation needs design = "stratified"'),
        ("size = 5\nminimum_per_stratum = 2", 'minimum_per_stratum needs design = "stratified"'),
        ('size = 5\nselection = "systematic"', 'selection needs design = "proportional_to_size"'),
        ('design = "systematic"\nsize = 5\nreplacement = true', "replacement needs design"),
        ('design = "cluster"\nsize = 5\ncluster = "aera"', "did you mean 'area'?"),
        ('design = "systematic"\nsize = 5\norder_by = "street"', "is no attribute"),
        ('design = "proportional_to_size"\nsize = 5\nsize_measure = "area"\norder_by = "area"',
         'order_by needs selection = "systematic"'),
        ('design = "proportional_to_size"\nsize = 5\nsize_measure = "area"\nreplacement = true\n'
         'selection = "systematic"', "is without replacement; leave replacement out"),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nallocation = "fixed"',
         "needs the key 'stratum_sizes'"),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nallocation = "fixed"\n'
         "stratum_sizes = { x = 2, y = 2 }", "stratum_sizes add up to 4, and size is 5"),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nstratum_sizes = { x = 5 }',
         'stratum_sizes needs allocation = "fixed"'),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nallocation = "fixed"\n'
         "stratum_sizes = { x = 5 }\nminimum_per_stratum = 2",
         "minimum_per_stratum has no meaning"),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nallocation = "neyman"',
         "found neither"),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nallocation = "neyman"\n'
         "standard_deviations = { x = 1 }\nexpected_shares = { x = 0.5 }", "found both"),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nexpected_shares = { x = 0.5 }',
         'expected_shares needs allocation = "neyman"'),
        ('design = "stratified"\nstrata = ["area"]\nsize = 5\nallocation = "neyman"\n'
         "expected_shares = { x = 1.5 }", "expected_shares"),
        ("size = 0", "size"),
        ("size = 5\nminimum_per_stratum = -1", "minimum_per_stratum"),
    ],
)  # fmt: skip
def test_keys_that_contradict_each_other_are_refused(keys, says):
    with pytest.raises(ProtocolError) as refused:
        read(keys)
    assert says in str(refused.value)


def test_all_faults_of_a_draw_are_said_at_once():
    with pytest.raises(ProtocolError) as refused:
        read('design = "cluster"\nsize = 5\nreplacement = true\nallocation = "neyman"')
    assert len([line for line in str(refused.value).splitlines() if "[sample]" in line]) == 3


def test_a_draw_that_names_its_size_alone_is_as_it_was():
    sample = read("size = 5")
    assert (sample.design, sample.allocation, sample.minimum_per_stratum) == (
        "simple_random",
        "proportional",
        1,
    )
    assert not sample.replacement
