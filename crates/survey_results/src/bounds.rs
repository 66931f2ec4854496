//! What the number of options of an answer tells of hidden counts.
//!
//! Whoever is not aside has chosen at least so many options and at most so many. So in each line the counts of all
//! options add up to that many times the number of those who are not aside, at least and at most; no option has more
//! than these; and the counts of the groups add up to that of all. From what each option's own table tells, these rules
//! are followed until nothing becomes narrower. What is found may be wider than what a reader could compute with more
//! effort, by the whole numbers between; so nothing is allowed that comes near: a hidden count must keep as many values
//! as a small count needs, or as many as it had.

use crate::choices::Choices;

/// Rounds of following the rules, after which a table counts as narrowed.
const MOST_ROUNDS: usize = 64;

/// Between which values a count is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub least: u32,
    pub most: u32,
}

impl Range {
    const fn width(self) -> u32 {
        self.most.saturating_sub(self.least)
    }
}

/// What readers know of a table of several answers. Each list has a value for each group, and that of all groups last.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    /// How many were asked.
    pub sizes: Vec<u32>,
    /// How many are aside, where that is shown.
    pub aside: Option<Vec<u32>>,
    /// What the count of each option can be as far as its own table tells.
    pub counts: Vec<Vec<Range>>,
    /// The number of options in each answer outside the aside.
    pub choices: Choices,
    /// Whether those who are aside are one count, which is hidden where `aside` is not shown.
    pub is_aside_one: bool,
}

/// Whether a hidden count is left too few values: fewer than `k`, and than it had before.
pub(crate) fn is_narrowed(bound: &Bound, k: u32) -> bool {
    let before = known(bound);
    let Some(after) = followed(bound, before.clone()) else { return true };
    let last = if bound.is_aside_one { before.len() } else { bound.counts.len() };
    let ranges = before.iter().zip(&after).take(last).flat_map(|(before, after)| before.iter().zip(after));
    ranges.into_iter().any(|(before, after)| after.width() < k.min(before.width()))
}

/// The counts of all options, and how many are aside.
fn known(bound: &Bound) -> Vec<Vec<Range>> {
    let aside = |(line, size): (usize, &u32)| {
        let shown = bound.aside.as_ref().map(|shown| Range { least: shown[line], most: shown[line] });
        let largest = bound.counts.iter().map(|count| count[line].least).max().unwrap_or_default();
        shown.unwrap_or(Range { least: 0, most: size.saturating_sub(largest) })
    };
    let aside = bound.sizes.iter().enumerate().map(aside).collect();
    bound.counts.iter().cloned().chain([aside]).collect()
}

/// The same when the rules were followed; none where they contradict each other, or there is no end.
fn followed(bound: &Bound, mut ranges: Vec<Vec<Range>>) -> Option<Vec<Vec<Range>>> {
    for _ in 0..MOST_ROUNDS {
        let before = ranges.clone();
        for line in 0..bound.sizes.len() {
            follow_choices(bound, &mut ranges, line)?;
        }
        for count in &mut ranges {
            follow_total(count)?;
        }
        if ranges == before {
            return Some(ranges);
        }
    }
    None
}

/// Follows the rules of a line.
fn follow_choices(bound: &Bound, ranges: &mut [Vec<Range>], line: usize) -> Option<()> {
    let (aside, options) = ranges.split_last_mut()?;
    let (size, least, most) =
        (i64::from(bound.sizes[line]), i64::from(bound.choices.least), i64::from(bound.choices.most));
    let ends = |range: &Range| (i64::from(range.least), i64::from(range.most));
    let (fewest_aside, most_aside) = ends(&aside[line]);
    let sum = |options: &[Vec<Range>], end: fn((i64, i64)) -> i64| -> i64 {
        options.iter().map(|count| end(ends(&count[line]))).sum()
    };
    let (all_least, all_most) = (sum(options, |(least, _)| least), sum(options, |(_, most)| most));
    for count in options.iter_mut() {
        let (own_least, own_most) = ends(&count[line]);
        let from_below = least * (size - most_aside) - (all_most - own_most);
        let from_above = (most * (size - fewest_aside) - (all_least - own_least)).min(size - fewest_aside);
        narrow(&mut count[line], from_below, from_above)?;
    }
    let (all_least, all_most) = (sum(options, |(least, _)| least), sum(options, |(_, most)| most));
    let largest = options.iter().map(|count| ends(&count[line]).0).max().unwrap_or_default();
    // All options together are at least so many times, and at most so many times, those who are not aside.
    let from_below = size - all_most.div_euclid(least.max(1));
    let from_above = (size - (all_least + most - 1).div_euclid(most.max(1))).min(size - largest);
    narrow(&mut aside[line], from_below, from_above)
}

/// Follows that groups add up to all.
fn follow_total(count: &mut [Range]) -> Option<()> {
    let (total, groups) = count.split_last_mut()?;
    let least: i64 = groups.iter().map(|range| i64::from(range.least)).sum();
    let most: i64 = groups.iter().map(|range| i64::from(range.most)).sum();
    narrow(total, least, most)?;
    for range in groups {
        let (own_least, own_most) = (i64::from(range.least), i64::from(range.most));
        narrow(range, i64::from(total.least) - (most - own_most), i64::from(total.most) - (least - own_least))?;
    }
    Some(())
}

/// Narrows a range; none where nothing is left.
fn narrow(range: &mut Range, least: i64, most: i64) -> Option<()> {
    let (least, most) = (i64::from(range.least).max(least), i64::from(range.most).min(most));
    if least > most {
        return None;
    }
    *range = Range { least: u32::try_from(least).ok()?, most: u32::try_from(most).ok()? };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One group of twelve respondents and three options: the first two have a shown count of five, the third is hidden.
    fn bound(choices: Choices, aside: Option<u32>) -> Bound {
        let fixed = |count| vec![Range { least: count, most: count }; 2];
        Bound {
            sizes: vec![12, 12],
            aside: aside.map(|aside| vec![aside; 2]),
            counts: vec![fixed(5), fixed(5), vec![Range { least: 0, most: 12 }; 2]],
            choices,
            is_aside_one: true,
        }
    }

    #[test]
    fn at_most_one_option_each_leaves_the_third_what_the_others_do_not_have() {
        let one = Choices { least: 1, most: 1 };
        let followed = followed(&bound(one, None), known(&bound(one, None))).unwrap();
        assert_eq!(followed[2][0], Range { least: 0, most: 2 });
        assert_eq!(followed[3][0], Range { least: 0, most: 2 }, "those without an answer");
        assert!(is_narrowed(&bound(one, None), 5));
        assert!(is_narrowed(&bound(one, Some(0)), 5), "required: exactly two");
        assert!(!is_narrowed(&bound(Choices { least: 1, most: 3 }, None), 5));
    }

    #[test]
    fn at_least_one_option_of_everybody_bounds_the_third_from_below() {
        let any = Choices { least: 1, most: 3 };
        let followed = followed(&bound(any, Some(0)), known(&bound(any, Some(0)))).unwrap();
        assert_eq!(followed[2][0], Range { least: 2, most: 12 });
        assert!(!is_narrowed(&bound(any, Some(0)), 5), "ten values are left");
        let two = Choices { least: 2, most: 3 };
        assert!(is_narrowed(&bound(two, Some(0)), 5), "all have two: the third has all twelve");
    }
}
