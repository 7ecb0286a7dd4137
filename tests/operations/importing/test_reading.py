"""Any file ends in lines or in a sentence: never in a traceback, never read whole."""

import gzip
import io
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foredesk.operations.importing.reading import LONGEST_LINE, LONGEST_RECORD, Source, Unreadable
from foredesk.operations.importing.writing import RefusedFile, safe


def read(data: bytes, **said: str) -> list[tuple[int, list[str], str]]:
    source = Source(io.BytesIO(data), **said)
    return [(line.number, line.cells, line.problem) for line in source.lines()]


def cells(data: bytes, **said: str) -> list[list[str]]:
    return [found for _number, found, problem in read(data, **said) if not problem]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "windows-1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_encoding_is_found_out(encoding):
    assert cells("id,naïve\r\n1,Zoë\r\n".encode(encoding)) == [["1", "Zoë"]]


def test_one_letter_of_latin_1_far_down_decides_for_the_whole_file():
    data = b"id,name\n" + b"1,plain\n" * 300_000 + "2,Zoë\n".encode("latin-1")
    assert cells(data)[-1] == ["2", "Zoë"]


def test_an_encoding_may_be_said_and_has_to_exist():
    assert cells("id,name\n1,Łódź\n".encode("iso-8859-2"), encoding="iso-8859-2") == [["1", "Łódź"]]
    with pytest.raises(Unreadable, match="No encoding is called “klingon”"):
        read(b"id\n1\n", encoding="klingon")
    with pytest.raises(Unreadable, match="No encoding"):
        read(b"id\n1\n", encoding="base64")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_taken_from_the_header(delimiter):
    data = f'id{delimiter}"a,b;c"{delimiter}d\n1{delimiter}"x{delimiter}y"{delimiter}z\n'
    assert cells(data.encode()) == [["1", f"x{delimiter}y", "z"]]


def test_the_mark_of_a_spreadsheet_names_the_delimiter():
    assert cells(b"sep=;\nid;a\n1;x\n") == [["1", "x"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_a_line_and_line_ends_inside_quotations(end):
    data = f'id,a{end}1,"two{end}lines"{end}{end}2,x'
    assert read(data.encode()) == [(2, ["1", f"two{end}lines"], ""), (5, ["2", "x"], "")]


def test_signs_that_no_text_has_are_left_out():
    assert cells(b"id,a\n1,x\x00y\x07z\n") == [["1", "xyz"]]


def test_a_large_cell_is_read():
    assert len(cells(b'id,a\n1,"' + b"word \n" * 200_000 + b'"\n2,x\n')[0][1]) == 1_200_000


def test_a_row_of_the_wrong_width_is_told_with_its_line():
    (few, right, many, spare) = read(b"id,a,b\n1,x\n2,x,y\n3,x,y,z\n4,x,y,,\n")
    assert "2 columns, but the header has 3" in few[2]
    assert right[2] == spare[2] == ""
    assert spare[1] == ["4", "x", "y"]
    assert "4 columns, but the header has 3" in many[2]


@pytest.mark.parametrize("rest", [b"2,y\n3,z\n", b'2,y\n3,"z"\n', b'2,"y"\n3,z'])
def test_a_forgotten_quotation_mark_costs_its_own_line_only(rest):
    found = read(b'id,a\n1,"x\n' + rest)
    assert [(number, bool(problem)) for number, _cells, problem in found] == [(2, True), (3, False), (4, False)]
    assert "never closes" in found[0][2]


def test_a_quotation_without_end_does_not_swallow_the_file():
    data = b'id,a\n1,"x\n' + b"2,y\n" * (LONGEST_RECORD // 4 + 10)
    source = Source(io.BytesIO(data))
    lines = source.lines()
    assert "never closes" in next(lines).problem
    assert next(lines).cells == ["2", "y"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\r\n  \n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b",,\n1,2,3\n", "names no columns"),
        (b"id,a,a\n1,2,3\n", "names “a” twice"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (bytes(range(256)) * 40, "no text, so it is no CSV file"),
        (gzip.compress(b"id,a\n" + bytes(range(32, 127)) * 900)[:-30], "damaged or not complete"),
        (b"id" * LONGEST_LINE, "longer than 4 million"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(data)


def test_a_zip_file_given_by_mistake():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("tickets.csv", "id,a\n1,x\n")
    with pytest.raises(Unreadable, match="zip file or an Excel workbook"):
        read(held.getvalue())


def test_only_a_header_is_a_file_without_rows():
    assert read(b"id,subject\n") == []


def test_gzip_is_known_by_its_bytes_whatever_the_name():
    assert cells(gzip.compress(b"id,a\n1,x\n")) == [["1", "x"]]


def test_a_packed_file_that_breaks_off_says_so_after_what_was_whole():
    rows = b"".join(b"%d,%d\n" % (n, n * 7919 % 10_007) for n in range(200_000))
    source = Source(io.BytesIO(gzip.compress(b"id,a\n" + rows)[:-2000]), encoding="utf-8")
    found = 0
    with pytest.raises(Unreadable, match="not complete"):
        for _line in source.lines():
            found += 1
    assert found > 1000


def test_memory_does_not_grow_with_the_file():
    data = gzip.compress(b"id,a\n" + b"1,some words of a row that is neither short nor long\n" * 200_000, 1)
    tracemalloc.start()
    try:
        assert sum(1 for _line in Source(io.BytesIO(data)).lines()) == 200_000
        assert tracemalloc.get_traced_memory()[1] < 6_000_000  # of 11 MB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("cell", ["=1+1", "+31 6 1234", "-5", "@SUM(A1)", "\tx", "plain", "it's", "'quoted'"])
def test_a_refused_row_runs_in_no_spreadsheet_and_comes_back_as_it_was(cell):
    assert safe(cell)[:1] not in set("=+-@\t")
    out = io.StringIO()
    source = Source(io.BytesIO(b"id,a\n1,x\n"))
    line = next(source.lines())
    RefusedFile(out, source.columns, {"id"}, ",").add(type(line)(2, ["1", cell]), "Not so.")
    (again,) = Source(io.BytesIO(out.getvalue().encode())).lines()
    assert again.cells == ["Line 2: Not so.", "1", cell]


def test_a_mended_file_has_one_column_of_reasons_however_often_it_is_refused():
    source = Source(io.BytesIO(b"reason,id,a\nLine 2: No.,1,x\n"))
    out = io.StringIO()
    RefusedFile(out, source.columns, {"id"}, ",").add(next(source.lines()), "Still not.")
    assert out.getvalue() == "reason,id,a\r\nLine 2: Still not.,1,x\r\n"


@given(st.binary(max_size=400), st.sampled_from([b"", b"id,a\n", b"\x1f\x8b", b"\xff\xfe", b'id,a\n1,"', b"id;a\r"]))
@example(b"\xff\xfe\x00", b"")
@example(b"\r\r\n\n", b'"')
def test_any_bytes_end_in_lines_or_in_a_sentence(data, begin):
    numbers = []
    with suppress(Unreadable):
        source = Source(io.BytesIO(begin + data))
        for line in source.lines():
            numbers.append(line.number)
            assert line.problem or len(line.cells) == len(source.columns)
            assert not any("\0" in cell for cell in line.cells)
    assert numbers == sorted(set(numbers))
