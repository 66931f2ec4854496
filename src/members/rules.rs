//! Checks of a search in the list of members.

use crate::error::{Error, FieldCode, FieldError};

/// Most characters of a search.
const MAX_SEARCH: usize = 200;

/// The text to search for; none where it is left out or blank.
///
/// # Errors
/// 400 where it is longer than [`MAX_SEARCH`].
pub(super) fn search_text(q: Option<String>) -> Result<Option<String>, Error> {
    let text = q.filter(|text| !text.trim().is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        return Err(Error::bad_query(vec![FieldError::new("q", FieldCode::TooLong).with("max", MAX_SEARCH)]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_search_is_none_and_a_long_one_is_refused() {
        for none in [None, Some(String::new()), Some(" \t".to_owned())] {
            assert_eq!(search_text(none).unwrap(), None);
        }
        let longest = "é".repeat(MAX_SEARCH);
        assert_eq!(search_text(Some(longest.clone())).unwrap(), Some(longest.clone()));
        assert!(search_text(Some(longest + "é")).is_err());
    }
}
