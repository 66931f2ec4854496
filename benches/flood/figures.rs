//! Figures of answers, and what their times reveal.

use super::client::Answer;

/// A number of things.
pub fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// The times of answers, in order.
pub fn sorted(micros: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut micros: Vec<u32> = micros.into_iter().collect();
    micros.sort_unstable();
    micros
}

/// How well times distinguish two groups.
pub struct Separation {
    /// The times of those that exist, in order.
    pub known: Vec<u32>,
    /// The times of the others.
    pub unknown: Vec<u32>,
}

impl Separation {
    /// Of answers whose group is known and that `keep` wants.
    pub fn of(answers: &[(bool, Answer)], keep: impl Fn(Answer) -> bool) -> Self {
        let times = |wanted| {
            let group = answers.iter().filter(|(known, answer)| *known == wanted && keep(*answer));
            sorted(group.map(|(_, answer)| answer.micros))
        };
        Self { known: times(true), unknown: times(false) }
    }

    /// The area under the curve (Mann–Whitney): how probable it is that one that exists takes longer than one that
    /// does not. A half gives nothing away.
    pub fn area(&self) -> f64 {
        let before = |time: &u32| {
            let shorter = self.unknown.partition_point(|other| other < time);
            let not_longer = self.unknown.partition_point(|other| other <= time);
            number(shorter + not_longer) / 2.0
        };
        let pairs = number(self.known.len()) * number(self.unknown.len());
        self.known.iter().map(before).sum::<f64>() / pairs
    }

    /// How far from a half chance alone takes the area in 19 of 20 runs.
    pub fn chance(&self) -> f64 {
        let (known, unknown) = (number(self.known.len()), number(self.unknown.len()));
        1.96 * ((known + unknown + 1.0) / (12.0 * known * unknown)).sqrt()
    }

    /// The greatest distance between the two distributions (Kolmogorov–Smirnov), and its limit by chance alone in 19 of
    /// 20 runs. It shows what the area does not: two distributions of different shape with the same median.
    pub fn gap(&self) -> (f64, f64) {
        let (known, unknown) = (number(self.known.len()), number(self.unknown.len()));
        let until = |times: &[u32], time| number(times.partition_point(|&other| other <= time));
        let distance = |&time: &u32| (until(&self.known, time) / known - until(&self.unknown, time) / unknown).abs();
        let gap = self.known.iter().chain(&self.unknown).map(distance).fold(0.0, f64::max);
        (gap, 1.36 * ((known + unknown) / (known * unknown)).sqrt())
    }
}
