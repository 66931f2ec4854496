//! Tables whose protection is known, cell by cell.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and tells what it measured")]

use disclosure::{Cell, Cost, Published, Rule, Table, lacks, protect};

const RULE: Rule = Rule { k: 5, cost: Cost::Cells };

fn table(text: &str) -> Table {
    let row = |row: &str| row.split_whitespace().map(|count| count.parse().unwrap()).collect();
    Table::new(text.split('/').map(row).collect()).unwrap()
}

/// Protects a table, audits the result, and writes it: rows by "/", the totals last, `x` for a hidden cell.
fn protected(text: &str, rule: Rule) -> (Published, String) {
    let table = table(text);
    let published = protect(&table, rule);
    assert_eq!(lacks(&table, &published, rule), [], "{text}");
    let written = written(&published);
    (published, written)
}

fn written(published: &Published) -> String {
    let cell = |count: &Option<u32>| count.map_or("x".to_owned(), |count| count.to_string());
    let row = |row: &Vec<Option<u32>>| row.iter().map(cell).collect::<Vec<_>>().join(" ");
    published.rows.iter().chain([&published.totals]).map(row).collect::<Vec<_>>().join("/")
}

/// Between which values the cell in row and column (from 1) lies.
fn interval(published: &Published, row: usize, column: usize) -> (u32, u32) {
    let cell = Cell::Option { group: Some(row - 1), option: column - 1 };
    let found = published.intervals().unwrap().into_iter().find(|interval| interval.cell == cell).unwrap();
    (found.least, found.most)
}

#[test]
fn v1_nothing_small() {
    let (_, seen) = protected("8 7 6/9 5 7/6 10 8", RULE);
    assert_eq!(seen, "8 7 6/9 5 7/6 10 8/23 22 21");
}

#[test]
fn v2_one_small_cell_takes_three_others_along() {
    let (published, seen) = protected("2 9 8/7 9 6/8 6 12", RULE);
    assert_eq!(published.hidden_inside(), 4, "{seen}");
    let (least, most) = interval(&published, 1, 1);
    assert!(least == 0 && most >= 5, "{least}–{most}");
    let (published, _) = protected("2 9 8/7 9 6/8 6 12", Rule { cost: Cost::Answers, ..RULE });
    let table = table("2 9 8/7 9 6/8 6 12");
    let hidden: u32 =
        table.cells().iter().filter(|cell| published.shown(**cell).is_none()).map(|c| table.value(*c)).sum();
    assert_eq!(hidden, 23);
}

#[test]
fn v3_a_row_of_one_answer_is_hidden_with_its_zeros() {
    let (published, seen) = protected("0 9 0/7 6 8/6 5 9", RULE);
    // The second or the third row with it: both cost six cells, the third fewer answers.
    assert_eq!(seen, "x x x/7 6 8/x x x/13 20 17");
    assert_eq!(interval(&published, 1, 2), (0, 9));
}

#[test]
fn v4_a_group_of_two() {
    let (published, seen) = protected("1 1 0/8 6 7/6 9 5", RULE);
    assert_eq!(published.hidden_inside(), 6, "{seen}");
    for column in 1..=3 {
        assert_eq!(interval(&published, 1, column), (0, 2));
    }
}

#[test]
fn v5_zeros_are_hidden_where_something_is() {
    let (published, seen) = protected("0 12 3/6 0 9/7 8 6", RULE);
    assert_eq!(seen, "x x x/x x x/7 8 6/13 20 18");
    assert_eq!(interval(&published, 1, 3), (0, 12));
}

#[test]
fn v6_a_small_total() {
    let (published, seen) = protected("1 9 8/0 7 9/2 8 6", RULE);
    assert_eq!(seen, "x 9 x/0 7 9/x 8 x/x 24 x");
    assert_eq!((interval(&published, 1, 1), interval(&published, 3, 1)), ((0, 9), (0, 8)));
}

#[test]
fn v7_six_respondents_tell_nothing_but_their_number() {
    let (published, seen) = protected("1 1 0/1 1 1/0 1 0", RULE);
    assert_eq!(seen, "x x x/x x x/x x x/x x x");
    assert_eq!(interval(&published, 2, 2), (0, 3));
}

#[test]
fn v8_two_hidden_cells_in_each_line_are_not_enough() {
    let (published, seen) = protected("1 9 1 9/1 8 1 7/9 6 8 5", RULE);
    assert_eq!(published.hidden_inside(), 9, "{seen}");
    let naive = Published { rows: rows("x 9 x 9/x 8 x 7/9 6 8 5"), ..published };
    assert_eq!(naive.intervals().unwrap().iter().map(|interval| interval.most).max(), Some(2));
    assert!(!lacks(&table("1 9 1 9/1 8 1 7/9 6 8 5"), &naive, RULE).is_empty());
}

fn rows(text: &str) -> Vec<Vec<Option<u32>>> {
    text.split('/').map(|row| row.split_whitespace().map(|count| count.parse().ok()).collect()).collect()
}

#[test]
fn v9_bands_beside_levels_are_held_against_them() {
    let counts = "2 7 9 6 5/6 8 10 9 7/7 12 16 16 6";
    let with_bands = table(counts).with_bands(vec![vec![0, 1], vec![2], vec![3, 4]]).unwrap();
    let published = protect(&with_bands, RULE);
    assert_eq!(lacks(&with_bands, &published, RULE), []);
    assert_eq!(written(&published), "x x 9 6 5/x x 10 9 7/7 12 16 16 6/15 27 35 31 18");
    assert_eq!(interval(&published, 1, 1), (0, 8));
    // Levels 1 and 3 instead would do without bands, and be computed with them.
    let instead = |bands: Table| {
        let whole = protect(&bands, Rule { k: 1, ..RULE });
        Published { rows: rows("x 7 x 6 5/x 8 x 9 7/7 12 16 16 6"), ..whole }
    };
    assert_eq!(interval(&instead(table(counts)), 1, 1), (0, 8));
    let banded = Published {
        band_rows: vec![
            vec![Some(9), None, Some(11)],
            vec![Some(14), None, Some(16)],
            vec![Some(19), Some(16), Some(22)],
        ],
        ..instead(with_bands.clone())
    };
    assert_eq!(interval(&banded, 1, 1), (2, 2));
    assert!(!lacks(&with_bands, &banded, RULE).is_empty());
}

#[test]
fn v11_routed_questions_have_a_column_for_those_who_were_not_asked() {
    let (published, seen) = protected("14 2/20 8/11 9", RULE);
    assert_eq!(seen, "x x/20 8/x x/45 19");
    assert_eq!(interval(&published, 1, 2), (0, 11));
    // A base that a follow-up question prints for a hidden cell tells it.
    let told = Published { rows: rows("14 x/20 8/x x"), ..published };
    assert_eq!(interval(&told, 1, 2), (2, 2));
}

#[test]
fn v12_a_row_with_a_hidden_cell_is_not_whole() {
    let (published, _) = protected("2 7 9 6 5/6 8 10 9 7/7 12 16 16 6", RULE);
    assert!(!published.is_whole(Some(0)) && published.is_whole(Some(2)) && published.is_whole(None));
}

#[test]
fn v14_eighteen_of_nineteen() {
    let (published, seen) = protected("18 1/12 9/20 11", RULE);
    assert_eq!(seen, "x x/x x/20 11/50 21");
    assert_eq!(interval(&published, 1, 2), (0, 10));
}

#[test]
fn v15_the_levels_of_2024_need_k_to_be_eight_at_most() {
    let by_k = |k| protected("15 27 35 31 8", Rule { k, ..RULE }).1;
    assert!(by_k(8).ends_with("/15 27 35 31 8"), "{}", by_k(8));
    assert!(by_k(10).ends_with("/x 27 35 31 x"), "{}", by_k(10));
}

#[test]
fn regions_of_2024() {
    let counts = "2 4 6 3 1/2 5 9 9 3/3 6 6 4 1/1 4 9 13 3/2 3 3 1 0/5 5 2 1 0";
    let (published, seen) = protected(counts, RULE);
    assert_eq!(published.hidden_inside(), 21, "{seen}");
    assert!(seen.ends_with("/15 27 35 31 8"), "{seen}");
    let (published, seen) = protected("8 8/19 9/15 5/18 12/5 4/8 5", RULE);
    assert_eq!(published.hidden_inside(), 4, "{seen}");
}
