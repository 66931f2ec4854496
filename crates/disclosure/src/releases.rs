//! The gate between two releases of the same counts.
//!
//! Two releases that are safe each for itself can together tell the answers of those who moved between them. Some are
//! *gone*: the later release does not count their earlier answer, since they withdrew it or gave another. Some *came*:
//! their answer is new. Everybody may know who they are, and everybody knows the changes of the counts.
//!
//! A later release may follow if the changes pass as a release would: as many have moved as a small count, no change is
//! small, and they are not all in one option. Where some are gone and others came, each change is only the difference of
//! two unknown counts. Of those who are gone, at least as many had an option as its count decreased; what is left of
//! them, the *slack*, may have had any. It must be as large as a small count: with none left, the changes are the
//! answers of both.

/// What is different between an earlier and a later release.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// The counts by option in the earlier one.
    pub earlier: &'a [u32],
    /// The counts by option in the later one.
    pub later: &'a [u32],
    /// The number of respondents whose answer was removed: they withdrew it, or gave another one.
    pub gone: u32,
    /// The number of respondents whose answer was added: their first one, or another one.
    pub came: u32,
}

impl Difference<'_> {
    /// The change of each option.
    fn changes(&self) -> impl Iterator<Item = u32> {
        self.earlier.iter().zip(self.later).map(|(before, after)| before.abs_diff(*after))
    }

    /// How many of those who are gone, and of those who came, may have had any option.
    fn slack(&self) -> u32 {
        let decrease: u32 =
            self.earlier.iter().zip(self.later).map(|(before, after)| before.saturating_sub(*after)).sum();
        let increase: u32 =
            self.earlier.iter().zip(self.later).map(|(before, after)| after.saturating_sub(*before)).sum();
        // The two are equal where the counts are of these respondents.
        self.gone.saturating_sub(decrease).min(self.came.saturating_sub(increase))
    }
}

/// Whether the later counts may be shown to readers who know the earlier ones. Unchanged counts may, if no respondent moved.
pub fn is_safe_after(difference: Difference<'_>, k: u32) -> bool {
    let Difference { earlier, later, gone, came } = difference;
    if gone == 0 && came == 0 {
        return earlier == later;
    }
    let is_spread = difference.changes().filter(|change| *change > 0).count() > 1;
    earlier.len() == later.len()
        && gone + came >= k
        && is_spread
        && difference.changes().all(|change| change == 0 || change >= k)
        && (gone == 0 || came == 0 || difference.slack() >= k)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a release may follow that only adds answers.
    fn may(earlier: &[u32], later: &[u32], came: u32) -> bool {
        is_safe_after(Difference { earlier, later, gone: 0, came }, 5)
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

    #[test]
    fn a_release_that_would_tell_who_left_and_who_came_is_refused() {
        let may = |gone, came| {
            let (earlier, later) = (&[18, 13][..], &[13, 18][..]);
            is_safe_after(Difference { earlier, later, gone, came }, 5)
        };
        assert!(!may(5, 5), "the five who are gone said yes, the five who came said no");
        assert!(!may(9, 9), "of nine who are gone at least five said yes");
        assert!(may(10, 10));
        // Three respondents of a region change their answer.
        assert!(!is_safe_after(Difference { earlier: &[6, 3], later: &[3, 6], gone: 3, came: 3 }, 3));
        assert!(is_safe_after(Difference { earlier: &[9, 3], later: &[6, 6], gone: 6, came: 6 }, 3));
    }

    /// All ways to spread so many over so many options.
    fn spread(total: u32, options: usize) -> Vec<Vec<u32>> {
        if options == 1 {
            return vec![vec![total]];
        }
        let more =
            |first: u32| spread(total - first, options - 1).into_iter().map(move |rest| [vec![first], rest].concat());
        (0..=total).flat_map(more).collect()
    }

    #[test]
    fn whoever_knows_who_moved_can_give_each_count_of_them_as_many_values_as_a_small_count_has() {
        const K: u32 = 2;
        let mut safe = 0;
        for (gone, came) in (1..=6).flat_map(|gone| (1..=6).map(move |came| (gone, came))) {
            let (left, arrived) = (spread(gone, 3), spread(came, 3));
            for (truth_left, truth_arrived) in left.iter().flat_map(|one| arrived.iter().map(move |other| (one, other)))
            {
                let earlier: Vec<u32> = truth_left.iter().map(|left| 10 + left).collect();
                let later: Vec<u32> = truth_arrived.iter().map(|arrived| 10 + arrived).collect();
                if !is_safe_after(Difference { earlier: &earlier, later: &later, gone, came }, K) {
                    continue;
                }
                safe += 1;
                let fits = |one: &Vec<u32>, other: &Vec<u32>| {
                    (0..3).all(|option| earlier[option] + other[option] == later[option] + one[option])
                };
                let pairs = left.iter().flat_map(|one| arrived.iter().map(move |other| (one, other)));
                let known: Vec<_> = pairs.filter(|(one, other)| fits(one, other)).collect();
                for option in 0..3 {
                    let of_left: Vec<u32> = known.iter().map(|(one, _)| one[option]).collect();
                    let of_arrived: Vec<u32> = known.iter().map(|(_, other)| other[option]).collect();
                    for values in [of_left, of_arrived] {
                        let (least, most) = (values.iter().min().unwrap(), values.iter().max().unwrap());
                        assert!(most - least >= K, "{truth_left:?} left, {truth_arrived:?} arrived: {values:?}");
                    }
                }
            }
        }
        assert!(safe > 100, "{safe}");
    }
}
