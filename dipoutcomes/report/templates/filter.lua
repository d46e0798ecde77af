-- Makes one text fit three formats. Raw HTML becomes blocks that Word and Typst can hold (and
-- loses whatever could run or call out), figures keep their text alternative, boxes their look.
--
-- Variables read: `own-title` (the title that the template prints), `figures` (names allowed,
-- with slashes between them).

local BOXES = {"headline", "can-say", "cannot-say", "note", "banner"}
local WIDE_FROM = 7 -- columns: set smaller
local SHORT_TO = 16 -- rows: kept on one page
local is_html, is_word, is_typst = FORMAT:match("html") ~= nil, FORMAT == "docx", FORMAT == "typst"
local known = {}

local function plain(inlines)
  local text = pandoc.utils.stringify(inlines):gsub("%s+", " ")
  return (text:gsub("^ ", ""):gsub(" $", ""))
end

local function variable(name)
  local value = PANDOC_WRITER_OPTIONS.variables[name]
  return value and tostring(value) or ""
end

-- The same words, whatever kind of quotation mark or dash they are typed with.
local function bare(text)
  for _, mark in ipairs({"‘", "’", "“", "”", "–", "—", "…"}) do
    text = text:gsub(mark, "")
  end
  return (text:gsub("[%p%s]", ""):lower())
end

-- ---------------------------------------------------------------- raw HTML

-- A notebook's text in HTML is read as text: scripts, styles and event handlers do not survive.
local function from_html(text)
  return pandoc.read(text, "html-raw_html").blocks
end

-- A box typed as HTML, with Markdown inside (`<div class="note">`, blank line, text, `</div>`), is
-- what a notebook shows as a box too; pandoc sees two loose tags and is told here what they enclose.
local function join_divs(blocks)
  local levels = {pandoc.Blocks({})}
  local classes = {}
  local function close()
    local inside = table.remove(levels)
    levels[#levels]:insert(pandoc.Div(inside, pandoc.Attr("", table.remove(classes))))
  end
  for _, block in ipairs(blocks) do
    local text = block.t == "RawBlock" and block.format == "html" and block.text:gsub("%s+$", "")
    local names = text and text:match('^<div class="([%w%s-]+)">$')
    if names then
      local list = {}
      for name in names:gmatch("%S+") do table.insert(list, name) end
      table.insert(classes, list)
      table.insert(levels, pandoc.Blocks({}))
    elseif text and text:match("^</div>$") then
      if #levels > 1 then close() end
    else
      levels[#levels]:insert(block)
    end
  end
  while #levels > 1 do close() end
  return levels[1]
end

local function read_raw(blocks)
  return blocks:walk({
    RawBlock = function(el)
      return el.format == "html" and from_html(el.text) or {}
    end,
    RawInline = function(el)
      if el.format == "html" and el.text:match("^<br%s*/?>$") then
        return pandoc.LineBreak()
      end
      return {}
    end,
  })
end

-- ---------------------------------------------------------------- tables

-- "1,234", "45.2%", "-0.3", "+2.1 points", "56.6% to 87.3%", "less than 0.001", "" and "withheld"
local function is_number(text)
  text = text:gsub("[%s,]", ""):gsub("−", "-")
  text = text:gsub("^lessthan", ""):gsub("points?", ""):gsub("%%", ""):gsub("£", "")
  text = text:gsub("^%((.*)%)$", "%1")
  return text:match("^[+-]?%d+%.?%d*$") ~= nil or text:match("^[+-]?%d+%.?%d*to[+-]?%d+%.?%d*$") ~= nil
end

local NEUTRAL = {[""] = true, ["withheld"] = true, ["not available"] = true, ["-"] = true}

local function numeric_columns(tbl)
  local numbers, others = {}, {}
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        local text = plain(cell.contents)
        if cell.col_span == 1 and not NEUTRAL[text] then
          local counts = is_number(text) and numbers or others
          counts[column] = (counts[column] or 0) + 1
        end
        column = column + cell.col_span
      end
    end
  end
  return numbers, others
end

-- How much room each column asks for, in letters: its longest word at least, its longest cell at
-- best. Where there is too little, the longest columns give way and the short ones stay whole.
local LINE = is_word and 92 or 110 -- letters of a table's size on a line: Arial is wider
local SMALL_LINE = is_word and 112 or 130

local function measure(cells, wanted, least, header)
  local column = 1
  for _, cell in ipairs(cells) do
    if cell.col_span == 1 then
      local text = plain(cell.contents)
      for word in text:gmatch("%S+") do
        least[column] = math.max(least[column] or 3, utf8.len(word) or #word)
      end
      local length = math.min(utf8.len(text) or #text, 60)
      if header and length > 14 then
        length = math.ceil(length / 2) + 3 -- two lines
      end
      wanted[column] = math.max(wanted[column] or 3, length)
    end
    column = column + cell.col_span
  end
end

local function set_widths(tbl, line)
  local wanted, least = {}, {}
  for _, row in ipairs(tbl.head.rows) do measure(row.cells, wanted, least, true) end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do measure(row.cells, wanted, least, false) end
  end
  local widths, sum = {}, 0
  for ceiling = 1, 66 do
    local try, total = {}, 0
    for column = 1, #tbl.colspecs do
      local low = (least[column] or 3) + 3 -- the cell's margins
      try[column] = math.max(low, math.min((wanted[column] or 3) + 3, ceiling))
      total = total + try[column]
    end
    if ceiling > 1 and total > line then break end
    widths, sum = try, total
  end
  for column, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[column] = {spec[1], widths[column] / sum}
  end
end

-- Kept on one page only where it surely fits: what Typst cannot break it would cut off.
local function is_short(tbl)
  local rows, letters = 0, 0
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      rows = rows + 1
      for _, cell in ipairs(row.cells) do
        letters = letters + #plain(cell.contents)
      end
    end
  end
  return rows <= SHORT_TO and letters <= 1500
end

-- A table and the notes under it, as one: no page may come between them.
local function finish_noted(div)
  if is_html or not div.classes:includes("noted") then
    return nil
  end
  if is_word then
    local blocks = pandoc.Blocks({})
    for _, block in ipairs(div.content) do
      blocks:insert(block.t == "Para" and pandoc.Div({block}, {["custom-style"] = "Table Note"}) or block)
    end
    return blocks
  end
  local short = false
  div:walk({Table = function(tbl) short = is_short(tbl) end})
  local blocks = pandoc.Blocks({pandoc.RawBlock("typst", "#noted(whole: " .. tostring(short) .. ")[")})
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

local function finish_table(tbl)
  local numbers, others = numeric_columns(tbl)
  for column, spec in ipairs(tbl.colspecs) do
    local right = numbers[column] and not others[column]
    tbl.colspecs[column] = {right and pandoc.AlignRight or spec[1], spec[2]}
  end
  local wide, short = #tbl.colspecs >= WIDE_FROM, is_short(tbl)
  if is_html then
    local caption = plain(tbl.caption.long)
    local label = caption ~= "" and caption or "Table"
    -- As pairs: a Lua table by name has no order, and the page would differ from run to run.
    local attributes = {{"role", "group"}, {"tabindex", "0"}, {"aria-label", label}}
    local classes = {"table-scroll"}
    if wide then table.insert(classes, "wide") end
    if short then table.insert(classes, "short") end
    return pandoc.Div({tbl}, pandoc.Attr("", classes, attributes))
  end
  set_widths(tbl, wide and SMALL_LINE or LINE)
  if is_typst then
    local look = "#printed(wide: " .. tostring(wide) .. ", whole: " .. tostring(short) .. ")["
    return {pandoc.RawBlock("typst", look), tbl, pandoc.RawBlock("typst", "]")}
  end
  return tbl
end

-- ---------------------------------------------------------------- figures and equations

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function check_image(el)
  if not known[el.src] then
    error("\nFAULT: the text shows an image that is not one of its figures; a write-up holds "
      .. "no file and calls no address of its own\n")
  end
  if plain(el.caption) == "" then
    error("\nFAULT: a figure has no text alternative\n")
  end
end

local function typst_image(el)
  local width = el.attributes.width and (", width: " .. el.attributes.width) or ""
  return "image(" .. quoted(el.src) .. ", alt: " .. quoted(plain(el.caption)) .. width .. ")"
end

-- In a narrow window a figure is not shrunk until its words are too small: it scrolls by itself.
local function html_figure(fig)
  fig.attributes.tabindex = "0"
  return fig
end

local function typst_figure(fig)
  local image
  fig:walk({Image = function(el) image = el end})
  if not image then
    return fig
  end
  local caption = ""
  if #fig.caption.long > 0 then
    caption = ", caption: [" .. pandoc.write(pandoc.Pandoc(fig.caption.long), "typst") .. "]"
  end
  return pandoc.RawBlock("typst", "#figure(" .. typst_image(image) .. caption .. ")")
end

-- An equation is read out as its alt text: `[$x$]{alt="x"}`, or else as it was typed.
local function typst_math(el, alt)
  local body = pandoc.write(pandoc.Pandoc({pandoc.Plain({el})}), "typst"):gsub("%s+$", "")
  local block = el.mathtype == "DisplayMath" and "block: true, " or ""
  return pandoc.RawInline("typst", "#math.equation(" .. block .. "alt: " .. quoted(alt) .. ", " .. body .. ")")
end

local function only_math(el)
  return #el.content == 1 and el.content[1].t == "Math" and el.content[1] or nil
end

-- A long formula scrolls by itself in a narrow window, by keyboard too.
local function html_formula(para)
  local math = only_math(para)
  if math and math.mathtype == "DisplayMath" then
    local attributes = {{"role", "group"}, {"tabindex", "0"}, {"aria-label", "Formula"}}
    return pandoc.Div({para}, pandoc.Attr("", {"formula"}, attributes))
  end
end

-- A hyphen may end a line and leave "8.3" to be read as a gain; a minus sign may not.
local function minus(el)
  el.text = el.text:gsub("^(%(?)%-(%d)", "%1−%2")
  return el
end

-- ---------------------------------------------------------------- boxes

local function box_name(div)
  for _, name in ipairs(BOXES) do
    if div.classes:includes(name) then
      return name
    end
  end
end

local function marker(text)
  return pandoc.RawBlock("openxml", "<w:p><w:r><w:t>" .. text .. "</w:t></w:r></w:p>")
end

local function finish_box(div)
  local name = box_name(div)
  if not name or is_html then
    return nil
  end
  local before, after
  if is_word then -- Word has no boxes; the Word step shades every paragraph between the marks
    before, after = marker("@@box " .. name), marker("@@box end")
  else
    before = pandoc.RawBlock("typst", '#callout("' .. name .. '")[')
    after = pandoc.RawBlock("typst", "]")
  end
  local blocks = pandoc.Blocks({before})
  blocks:extend(div.content)
  blocks:insert(after)
  return blocks
end

-- ---------------------------------------------------------------- headings

local function drop_title(blocks, title)
  return blocks:walk({
    Header = function(el)
      if el.level == 1 and bare(plain(el.content)) == bare(title) then
        return {}
      end
    end,
  })
end

-- The template prints the title: as heading 1 of the page in HTML, as a title elsewhere. Below it a
-- heading stands one step under the last one that was higher: siblings stay siblings, and no level
-- is skipped, which is an error in PDF/UA.
local function shift_headings(blocks)
  local above = is_html and 1 or 0
  local open = {} -- the levels, as typed, of the headings that the next one may stand under
  return blocks:walk({
    Header = function(el)
      while #open > 0 and open[#open] >= el.level do
        table.remove(open)
      end
      table.insert(open, el.level)
      el.level = math.min(6, above + #open)
      return el
    end,
  })
end

-- The first section of a printed write-up is its summary: the contents stand after it.
local function place_contents(blocks)
  local result, seen = pandoc.Blocks({}), 0
  for _, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then
      seen = seen + 1
      if seen == 2 then
        result:insert(pandoc.RawBlock("typst", "#contents()"))
      end
    end
    result:insert(block)
  end
  return result
end

function Pandoc(doc)
  for name in variable("figures"):gmatch("[^/]+") do
    known[name] = true
  end
  local blocks = read_raw(join_divs(doc.blocks))
  blocks = drop_title(blocks, variable("own-title"))
  blocks = shift_headings(blocks)
  blocks:walk({Image = check_image})
  if is_typst then
    blocks = blocks:walk({
      traverse = "topdown",
      Figure = function(el) return typst_figure(el), false end,
      Image = function(el) return pandoc.RawInline("typst", "#box(" .. typst_image(el) .. ")") end,
      Span = function(el)
        local math = only_math(el)
        if math and el.attributes.alt then
          return typst_math(math, el.attributes.alt), false
        end
      end,
      Math = function(el) return typst_math(el, el.text) end,
    })
  end
  if is_html then
    blocks = blocks:walk({Para = html_formula, Figure = html_figure})
  end
  blocks = blocks:walk({Str = minus})
  blocks = blocks:walk({Div = finish_noted})
  blocks = blocks:walk({Table = finish_table, Div = finish_box})
  if is_typst then
    blocks = place_contents(blocks)
  end
  return pandoc.Pandoc(blocks, doc.meta)
end
