"""Makes workbooks, one for each way to be wrong."""
import zipfile

RELATION = '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
HEAD = (
    '<row r="3"><c r="B3" t="str"><v>day</v></c><c r="C3" t="s"><v>0</v></c>'
    '<c r="D3" t="str"><v>price</v></c></row>'
)
TEXTS = "<si><t>product</t></si><si><t>pen</t></si>"
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


def relations(*targets):
    lines = (f'{RELATION}{kind}" Id="{i}" Target="{target}"/>' for i, (kind, target) in enumerate(targets))
    return f"<Relationships>{''.join(lines)}</Relationships>"


def book(name, sheet, strings=TEXTS, styles=STYLES, properties=""):
    sheets = '<sheet name="Sales" r:id="0"/><sheet name="Costs" r:id="1"/>'
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml")))
        out.writestr("xl/workbook.xml", f"<workbook><workbookPr {properties}/><sheets>{sheets}</sheets></workbook>")
        targets = [("worksheet", "a.xml"), ("chartsheet", "b.xml"), ("sharedStrings", "c.xml"), ("styles", "d.xml")]
        out.writestr("xl/_rels/workbook.xml.rels", relations(*targets))
        out.writestr("xl/a.xml", sheet)
        out.writestr("xl/c.xml", f"<sst>{strings}</sst>")
        out.writestr("xl/d.xml", f"<styleSheet>{styles}</styleSheet>")


def data(rows):
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


book("cells.xlsx", data(HEAD + """
<row r="4"><c r="B4" s="1"><v>45000</v></c><c r="C4" t="s"><v>1</v></c><c r="D4"><f>1+1.5</f><v>2.5</v></c></row>
<row r="5"><c r="B5" t="str"><v>tomorrow</v></c></row>
<row r="6"><c r="C6" t="e"><v>#N/A</v></c></row>
<row r="7"><c r="D7"><f>B7*2</f></c></row>
<row r="8"><c r="B8" s="1"><v>-3</v></c></row>
<row r="9"><c r="C9" t="s"><v>7</v></c></row>
<row r="10"><c r="D10"><v>3</v></c><c r="F10" t="str"><v>a note</v></c></row>
<row r="12"><c r="D12"><v>4</v></c></row>"""))
book("book.xlsx", data(HEAD))
book("1904.xlsx", data(HEAD + '<row r="4"><c r="B4" s="1"><v>0</v></c></row>'), properties='date1904="1"')
book("cut.xlsx", "<worksheet><sheetData>" + HEAD + "<row r='4'><c r='D4'><v>1</v></c></row><row r='5'><c")
book("entity.xlsx", '<!DOCTYPE a [<!ENTITY b "c">]>' + data(HEAD))
book("bomb.xlsx", data(HEAD + '<row r="4"><c r="C4" t="str"><v>' + " " * 40_000_000 + "</v></c></row>"))
open("text.xlsx", "w").write("a,b\n1,2\n")
with zipfile.ZipFile("zip.xlsx", "w") as out: out.writestr("a", "b")
with zipfile.ZipFile("ods.xlsx", "w") as out: out.writestr("content.xml", "b")
