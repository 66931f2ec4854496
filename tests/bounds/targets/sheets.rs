//! Sheets as text (CSV).

use std::hint::black_box;

use portal::http::file_limits::PEOPLE;
use portal::imports::sheet;

use super::{Shape, Target, between, numbered, run_of, shape};

pub fn targets() -> Vec<Target> {
    vec![Target {
        name: "csv",
        most: PEOPLE,
        run: |bytes| drop(black_box(sheet::read(bytes))),
        shapes: shapes(),
        pieces: PIECES,
    }]
}

const PIECES: &[&str] = &[
    "email,name\n",
    "email;nom\n",
    "sep=;\n",
    "a@b.c",
    ",",
    ";",
    "\t",
    "\"",
    "\"\"",
    "\n",
    "\r\n",
    "\r",
    "a",
    " ",
    "=1+1",
    "\u{feff}",
    "\u{e9}",
    "\u{200b}",
    "\u{301}",
    "'",
    "2026-11-24",
];

/// UTF-16 with its mark.
fn wide(size: usize) -> Vec<u8> {
    [b"\xff\xfe".to_vec(), b"e\0m\0a\0i\0l\0\n\0".to_vec(), b"a\0\n\0".repeat(size.saturating_sub(14) / 4)].concat()
}

fn shapes() -> Vec<Shape> {
    vec![
        run_of("commas", ","),
        run_of("semicolons", ";"),
        run_of("lines", "\n"),
        run_of("returns", "\r"),
        run_of("ends", "\r\n"),
        run_of("quotation_marks", "\""),
        run_of("quotation_pairs", "\"\","),
        between("quotation_open", "email\n\"", "a\n", ""),
        between("quotation_escaped", "email\n\"", "\"\"", "\"\n"),
        between("one_column", "email\n", "a\n", ""),
        between("one_column_quoted", "email\n", "\"a\"\n", ""),
        between("addresses", "email,name\n", "a@b.example,Awa\n", ""),
        between("empty_rows", "email\n", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", ""),
        between("row_of_commas", "email\na@b.example", ",", "\n"),
        between("row_of_cells", "email\na@b.example", ",a", "\n"),
        between("header_of_cells", "email", ",a", "\na@b.example\n"),
        numbered("header_unknown", "email", |number| format!(",a{number}"), "\na@b.example\n"),
        between("header_long", "email,", "a", "\na@b.example\n"),
        between("header_twice", "email", ",email", "\na@b.example\n"),
        between("cell_long", "email,name\na@b.example,", "a", "\n"),
        between("cell_of_lines", "email,name\na@b.example,\"", "\n", "\"\n"),
        between("cells_of_lines", "email,name\n", "a,\"\n\n\"\n", ""),
        between("cell_of_spaces", "email,name\na@b.example,", " ", "\n"),
        between("cell_without_width", "email,name\na@b.example,", "\u{200b}", "\n"),
        between("cell_combining", "email,name\na@b.example,", "\u{301}", "\n"),
        between("formulas", "email,name\n", "a@b.example,=1+1\n", ""),
        run_of("hints", "sep=;\n"),
        shape("windows_1252", |size| [b"email\n".to_vec(), b"\xe9\n".repeat(size.saturating_sub(6) / 2)].concat()),
        shape("utf_16", wide),
        shape("not_text", |size| vec![0; size]),
        run_of("marks", "\u{feff}"),
    ]
}
