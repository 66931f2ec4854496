//! The queue of the hashing threads: bounded, and fair between networks on every tier.
//!
//! A job comes from a client, whose network is part of that of a site, which is part of that of a provider
//! (`RequestContext::blocks`). The widest networks take turns, and so do the networks within each. So a client with all
//! addresses of a provider has one turn for each turn of a client with a single address.
//!
//! When the queue is full, the newest job of the network with the most jobs is dropped. That is the largest of the
//! widest networks, if it has more jobs than the newcomer's; otherwise the networks within the newcomer's own are
//! compared in the same way.

use std::collections::VecDeque;
use std::iter::once;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A job, and since when it waits.
pub(super) struct Job<T> {
    pub(super) task: T,
    pub(super) queued: Instant,
}

/// A bounded queue in which networks take turns. It is generic over its jobs.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
    capacity: usize,
}

struct State<T> {
    turns: Turns<Job<T>>,
    closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { turns: Turns::new(), closed: false };
        Self { state: Mutex::new(state), filled: Condvar::new(), capacity }
    }

    /// Adds a job from these networks, the narrowest first; returns how many wait, or none if there is no room.
    pub(super) fn push(&self, networks: &[String], job: Job<T>) -> Option<usize> {
        let mut state = self.lock();
        if state.closed || !state.turns.take(networks, job, self.capacity) {
            return None;
        }
        let waiting = state.turns.waiting;
        drop(state);
        self.filled.notify_one();
        Some(waiting)
    }

    pub(super) fn has_room(&self, networks: &[String]) -> bool {
        let state = self.lock();
        state.turns.waiting < self.capacity || state.turns.surplus(networks).is_some()
    }

    /// Waits for the next job; returns it and how many more wait, or none once the queue is closed.
    pub(super) fn pop(&self) -> Option<(Job<T>, usize)> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.turns.pop() {
                return Some((job, state.turns.waiting));
            }
            if state.closed {
                return None;
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Jobs in the order of their turns. The networks of one tier take turns, and each has `Turns` of its own within; the
/// narrowest networks have the jobs.
struct Turns<T> {
    /// In the order of their turns; none of them is empty.
    networks: VecDeque<(String, Turns<T>)>,
    jobs: VecDeque<T>,
    /// Number of jobs, including those of the networks within.
    waiting: usize,
}

impl<T> Turns<T> {
    fn new() -> Self {
        Self { networks: VecDeque::new(), jobs: VecDeque::new(), waiting: 0 }
    }

    /// Adds a job. At `capacity`, another job is dropped for it if there is a candidate. Returns whether the job was
    /// added.
    fn take(&mut self, networks: &[String], job: T, capacity: usize) -> bool {
        if self.waiting >= capacity {
            let Some(place) = self.surplus(networks) else { return false };
            self.remove(&place);
        }
        self.push(networks, job);
        true
    }

    fn push(&mut self, networks: &[String], job: T) {
        self.waiting += 1;
        let Some((widest, within)) = networks.split_last() else {
            self.jobs.push_back(job);
            return;
        };
        if let Some((_, turns)) = self.networks.iter_mut().find(|(name, _)| name == widest) {
            turns.push(within, job);
        } else {
            let mut turns = Self::new();
            turns.push(within, job);
            self.networks.push_back((widest.clone(), turns));
        }
    }

    /// Removes the next job.
    fn pop(&mut self) -> Option<T> {
        let job = match self.networks.pop_front() {
            Some((name, mut turns)) => {
                let job = turns.pop();
                if turns.waiting > 0 {
                    self.networks.push_back((name, turns));
                }
                job
            }
            None => self.jobs.pop_front(),
        };
        self.waiting -= usize::from(job.is_some());
        job
    }

    /// The path to the job that is dropped for one from these networks; none if no network has more than its share on
    /// any tier.
    fn surplus(&self, networks: &[String]) -> Option<Vec<usize>> {
        let (widest, within) = networks.split_last()?;
        let (place, greediest) = self.greediest()?;
        let own = self.networks.iter().enumerate().find(|(_, (name, _))| name == widest);
        // Without that job, it must still have at least as many as the newcomer's network would have.
        if greediest.waiting > own.map_or(0, |(_, (_, own))| own.waiting) + 1 {
            return Some(once(place).chain(greediest.newest()).collect());
        }
        let (place, (_, own)) = own?;
        Some(once(place).chain(own.surplus(within)?).collect())
    }

    /// The network with the most jobs, and its index.
    fn greediest(&self) -> Option<(usize, &Self)> {
        let networks = self.networks.iter().map(|(_, turns)| turns).enumerate();
        networks.max_by_key(|(_, turns)| turns.waiting)
    }

    /// The path to the newest job of the largest network on each tier.
    fn newest(&self) -> Vec<usize> {
        let (mut places, mut turns) = (Vec::new(), self);
        while let Some((place, greediest)) = turns.greediest() {
            places.push(place);
            turns = greediest;
        }
        places
    }

    /// Removes the newest job of the network at this path.
    fn remove(&mut self, places: &[usize]) -> Option<T> {
        let job = match places.split_first() {
            Some((&place, within)) => {
                let (_, turns) = self.networks.get_mut(place)?;
                let job = turns.remove(within);
                if turns.waiting == 0 {
                    self.networks.remove(place);
                }
                job
            }
            None => self.jobs.pop_back(),
        };
        self.waiting -= usize::from(job.is_some());
        job
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use tokio::sync::oneshot;

    /// A provider whose addresses belong to one client.
    const ALONE: u8 = 200;
    const CAPACITY: usize = 16;

    /// Provider, site and client as a request names them, the narrowest first.
    fn from((provider, site, client): (u8, u8, u8)) -> Vec<String> {
        vec![format!("{provider}.{site}.{client}"), format!("{provider}.{site}"), provider.to_string()]
    }

    fn job() -> (Job<oneshot::Sender<()>>, oneshot::Receiver<()>) {
        let (reply, answer) = oneshot::channel();
        (Job { task: reply, queued: Instant::now() }, answer)
    }

    fn is_dropped(answer: &mut oneshot::Receiver<()>) -> bool {
        answer.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed)
    }

    /// The number of jobs of a network, by its names from the widest on.
    fn share<T>(turns: &Turns<T>, names: &[&str]) -> usize {
        let Some((name, within)) = names.split_first() else { return turns.waiting };
        turns.networks.iter().find(|(known, _)| known == name).map_or(0, |(_, turns)| share(turns, within))
    }

    #[test]
    fn a_flood_from_one_place_keeps_nobody_else_out() {
        let (flood, somebody) = (from((1, 1, 1)), from((2, 1, 1)));
        let queue = Queue::new(8);
        let mut answers = Vec::new();
        for _ in 0..8 {
            let (job, answer) = job();
            assert!(queue.push(&flood, job).is_some());
            answers.push(answer);
        }
        assert!(queue.push(&flood, job().0).is_none() && !queue.has_room(&flood), "the flood is full");
        assert!(queue.has_room(&somebody));
        let (own, mut waits) = job();
        assert_eq!(queue.push(&somebody, own), Some(8));
        assert!(is_dropped(answers.last_mut().unwrap()));
        // The networks take turns, so the single client comes second and not ninth.
        drop(queue.pop());
        drop(queue.pop());
        assert!(is_dropped(&mut waits), "it was served");
    }

    #[test]
    fn what_waits_is_served_before_the_end() {
        let networks = from((1, 1, 1));
        let queue = Queue::new(2);
        queue.push(&networks, job().0);
        queue.close();
        assert!(queue.push(&networks, job().0).is_none());
        assert!(queue.pop().is_some() && queue.pop().is_none());
    }

    #[test]
    fn whoever_has_a_whole_provider_has_the_share_of_one() {
        let mut turns = Turns::new();
        for site in 0..16 {
            assert!(turns.take(&from((1, site, site)), "flood", CAPACITY));
        }
        assert!(!turns.take(&from((1, 16, 0)), "flood", CAPACITY), "one of each site: none has more than another");
        // IPv4 has one tier less.
        let lone = ["198.51.100.7/32".to_owned(), "198.51.100.0/24".to_owned()];
        assert!(turns.take(&lone, "alone", CAPACITY));
        assert!(turns.take(&["command line".to_owned()], "operator", CAPACITY));
        let served: Vec<_> = std::iter::from_fn(|| turns.pop()).collect();
        assert_eq!(served[..4], ["flood", "alone", "operator", "flood"]);
        assert_eq!((served.len(), turns.waiting), (16, 0));
    }

    #[test]
    fn neighbours_of_a_flood_have_their_share_within_the_provider() {
        let mut turns = Turns::new();
        for client in 0..12 {
            turns.take(&from((1, 1, client)), 0, CAPACITY);
        }
        for _ in 0..4 {
            turns.take(&from((2, 1, 1)), 0, CAPACITY);
        }
        // The flooding site loses a job to another site of the same provider; the other provider does not.
        assert!(turns.take(&from((1, 2, 1)), 1, CAPACITY));
        assert_eq!([share(&turns, &["1", "1.1"]), share(&turns, &["1", "1.2"]), share(&turns, &["2"])], [11, 1, 4]);
        // Then the flooding provider loses one to the other.
        assert!(turns.take(&from((2, 2, 1)), 2, CAPACITY));
        assert_eq!([share(&turns, &["1"]), share(&turns, &["1", "1.2"]), share(&turns, &["2"])], [11, 1, 5]);
    }

    fn arrivals(most: usize) -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
        vec((0_u8..5, 0_u8..3, 0_u8..3), 0..most)
    }

    proptest! {
        #[test]
        fn nobody_alone_waits_behind_two_jobs_of_another_provider(
            before in arrivals(60), meanwhile in vec(arrivals(6), 0..8),
        ) {
            let mut turns = Turns::new();
            for place in before {
                turns.take(&from(place), place.0, CAPACITY);
            }
            prop_assert!(turns.take(&from((ALONE, 0, 0)), ALONE, CAPACITY), "of five one has more than its share");
            let (mut served, mut meanwhile) = (BTreeMap::new(), meanwhile.into_iter());
            loop {
                for place in meanwhile.next().into_iter().flatten() {
                    turns.take(&from(place), place.0, CAPACITY);
                }
                let provider = turns.pop().unwrap();
                if provider == ALONE {
                    break;
                }
                let times = served.entry(provider).or_insert(0);
                *times += 1;
                prop_assert_eq!(*times, 1);
            }
        }

        #[test]
        fn only_who_has_a_share_is_refused(arriving in arrivals(200)) {
            let mut turns = Turns::new();
            for place in arriving {
                let (site, provider) = (format!("{}.{}", place.0, place.1), place.0.to_string());
                let before = turns.waiting;
                let is_in = turns.take(&from(place), (), CAPACITY);
                prop_assert_eq!(turns.waiting, CAPACITY.min(before + 1));
                let of_provider = |number: u8| share(&turns, &[&number.to_string()]);
                if !is_in {
                    prop_assert!((0..5).all(|other| of_provider(other) <= of_provider(place.0) + 1));
                    let own = share(&turns, &[&provider, &site]);
                    let of_site = |number: u8| share(&turns, &[&provider, &format!("{provider}.{number}")]);
                    prop_assert!((0..3).all(|other| of_site(other) <= own + 1));
                }
            }
            let waiting = turns.waiting;
            prop_assert_eq!(std::iter::from_fn(|| turns.pop()).count(), waiting);
            prop_assert!(turns.networks.is_empty() && turns.waiting == 0);
        }
    }
}
