//! Exit codes of faults, ages that an operator writes, and rows of a table as lines of text.
//!
//! A line has the form that `COPY` of PostgreSQL reads and writes as text: a tab between values, `\N` for NULL, and
//! escapes for what would end a value. So a table of a set can also be loaded by hand (`\copy`).

use std::str::FromStr;
use std::time::Duration;

use super::types::{Fault, FaultKind};

/// The exit code of a command that found faults of several kinds.
const SEVERAL: u8 = 20;

/// The exit code for these faults: 0 for none, one for each kind, and one for several kinds.
#[must_use]
pub fn exit_code(faults: &[Fault]) -> u8 {
    let Some(first) = faults.first() else { return 0 };
    if faults.iter().any(|fault| fault.kind != first.kind) {
        return SEVERAL;
    }
    match first.kind {
        FaultKind::NotEmpty => 10,
        FaultKind::OtherKey => 11,
        FaultKind::Newer => 12,
        FaultKind::Damaged => 13,
        FaultKind::Chain => 14,
        FaultKind::OtherDatabase => 15,
    }
}

/// An age that an operator writes: `30m`, `12h`, `3d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age(pub Duration);

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = "an age is a number with m, h or d, such as 30m, 12h or 3d";
        let unit = text.chars().last().ok_or(fault)?;
        let number: u64 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or(fault)?;
        let minutes = match unit {
            'm' => 1,
            'h' => 60,
            'd' => 1_440,
            _ => return Err(fault),
        };
        let minutes = number.checked_mul(minutes).filter(|minutes| *minutes <= 52_560_000).ok_or(fault)?;
        Ok(Self(Duration::from_mins(minutes)))
    }
}

/// Whether a path of a manifest stays in its folder: names of letters, digits, `_`, `-` and `.`, one level deep at
/// most.
pub(super) fn is_inside(path: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    path.split('/').count() <= 2 && path.split('/').all(is_name)
}

/// A row as a line, without its end.
pub(super) fn to_line(cells: &[Option<String>], line: &mut String) {
    line.clear();
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            line.push('\t');
        }
        let Some(text) = cell else {
            line.push_str("\\N");
            continue;
        };
        for c in text.chars() {
            match c {
                '\\' => line.push_str("\\\\"),
                '\n' => line.push_str("\\n"),
                '\r' => line.push_str("\\r"),
                '\t' => line.push_str("\\t"),
                c => line.push(c),
            }
        }
    }
}

/// The row of a line; none if it is none that [`to_line`] writes.
pub(super) fn from_line(line: &str) -> Option<Vec<Option<String>>> {
    let value = |cell: &str| if cell == "\\N" { Some(None) } else { from_cell(cell).map(Some) };
    line.split('\t').map(value).collect()
}

/// A value that is not NULL; none for an escape that is unknown.
fn from_cell(cell: &str) -> Option<String> {
    let mut text = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => return None,
            },
            c => c,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_of_fault_has_an_exit_code_and_several_kinds_have_one() {
        let fault = |kind| Fault::new(kind, "x");
        assert_eq!(exit_code(&[]), 0);
        assert_eq!(exit_code(&[fault(FaultKind::NotEmpty), fault(FaultKind::NotEmpty)]), 10);
        assert_eq!(exit_code(&[fault(FaultKind::Chain)]), 14);
        assert_eq!(exit_code(&[fault(FaultKind::OtherKey), fault(FaultKind::Damaged)]), SEVERAL);
    }

    #[test]
    fn an_age_has_a_number_and_a_unit() {
        assert_eq!("30m".parse::<Age>(), Ok(Age(Duration::from_mins(30))));
        assert_eq!("3d".parse::<Age>(), Ok(Age(Duration::from_hours(72))));
        for wrong in ["", "h", "3", "-1h", "3w", "1é", "99999999999999999999d"] {
            assert!(wrong.parse::<Age>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_path_of_a_manifest_leads_out_of_its_folder() {
        assert!(is_inside("tables/users.copy") && is_inside("database.sqlite3"));
        for wrong in ["", "/etc/passwd", "../x", "tables/../x", "tables//x", "a/b/c", ".part", "a\\b"] {
            assert!(!is_inside(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_row_comes_back_from_its_line(
            cells in prop::collection::vec(prop::option::of("\\PC*|[\\\\N\n\r\t]*"), 1..6),
        ) {
            let mut line = String::new();
            to_line(&cells, &mut line);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(from_line(&line), Some(cells));
        }
    }

    #[test]
    fn an_unknown_escape_is_no_row() {
        assert_eq!(from_line("a\\x"), None);
        assert_eq!(from_line("a\\"), None);
        assert_eq!(from_line("\\N\t\\\\N"), Some(vec![None, Some("\\N".to_owned())]));
    }
}
