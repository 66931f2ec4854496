//! The order of arguments: `--set` may stand before the command and after it.
//!
//! The parser takes it at both places, but where it is given at both, those before the command would be lost. So all of
//! them are moved to the front, in their order, before the parser sees them.

use std::ffi::OsString;

const SETTING: &str = "--set";

/// The arguments of the process with all settings first, behind its name. What follows `--` stays as it is.
pub(super) fn with_settings_first(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let (mut settings, mut others) = (Vec::new(), Vec::new());
    settings.extend(arguments.next());
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            others.push(argument);
            others.extend(arguments.by_ref());
        } else if argument == SETTING {
            // One without a value stays, so that the parser says what is missing.
            match arguments.next() {
                Some(value) => settings.extend([argument, value]),
                None => others.push(argument),
            }
        } else if argument.to_str().is_some_and(|text| text.starts_with("--set=")) {
            settings.push(argument);
        } else {
            others.push(argument);
        }
    }
    settings.append(&mut others);
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_before_and_after_the_command_keep_their_order() {
        let ordered = |arguments: &[&str]| {
            let arguments = arguments.iter().map(OsString::from);
            with_settings_first(arguments)
                .into_iter()
                .map(|one| one.into_string().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (given, expected) in [
            (
                &["portal", "--set", "a=1", "audit", "verify", "--set", "b=2"][..],
                "portal --set a=1 --set b=2 audit verify",
            ),
            (&["portal", "serve", "--set=a=1", "--no-migrate"], "portal --set=a=1 serve --no-migrate"),
            (&["portal", "read-report", "--", "--set", "x"], "portal read-report -- --set x"),
            (&["portal", "serve", "--set"], "portal serve --set"),
            (&["portal"], "portal"),
        ] {
            assert_eq!(ordered(given), expected);
        }
        assert!(with_settings_first([]).is_empty());
    }
}
