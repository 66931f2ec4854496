//! The gate between two releases of the same counts.
//!
//! Two releases that are safe each for itself can together tell the answers of those who came between them. A later one may follow if
//! the differences pass as a release would: as many respondents have moved as a small count, no difference is small, and they
//! are not all in one option. Who has moved are those who were added, have answered
//! again, or are gone.

/// What is different between an earlier and a later release.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// The counts by option in the earlier one.
    pub earlier: &'a [u32],
    /// The counts by option in the later one.
    pub later: &'a [u32],
    /// How many respondents have moved.
    pub moved: u32,
}

/// Whether the later counts may be shown to readers who know the earlier ones. Unchanged counts may, if no respondent moved.
pub fn is_safe_after(difference: Difference<'_>, k: u32) -> bool {
    let Difference { earlier, later, moved } = difference;
    let changes: Vec<u32> = earlier.iter().zip(later).map(|(before, after)| before.abs_diff(*after)).collect();
    if moved == 0 {
        return earlier == later;
    }
    let is_spread = changes.iter().filter(|change| **change > 0).count() > 1;
    earlier.len() == later.len() && moved >= k && is_spread && changes.iter().all(|change| *change == 0 || *change >= k)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(earlier: &[u32], later: &[u32], moved: u32) -> bool {
        is_safe_after(Difference { earlier, later, moved }, 5)
    }

    #[test]
    fn v13_a_release_that_would_tell_the_late_answer_is_refused() {
        assert!(!may(&[6, 7, 5], &[6, 8, 5], 1));
        assert!(!may(&[6, 7, 5], &[6, 12, 5], 5), "all that came late answered the same");
        assert!(!may(&[14, 23, 31, 26, 8], &[15, 27, 35, 31, 8], 14), "levels of 2024, on 15 May and on 25 June");
        assert!(may(&[6, 7, 5], &[11, 13, 5], 11));
        assert!(may(&[6, 7, 5], &[6, 7, 5], 0), "nothing has changed");
        assert!(!may(&[6, 7, 5], &[6, 7, 5], 5), "answers were exchanged, unseen");
    }
}
