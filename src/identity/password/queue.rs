//! The queue in front of the threads that hash: bounded, and fair between networks.
//!
//! They take turns, and when it is full, the newest wait of whoever has most in it gives way.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::hasher::Task;

/// A password that waits.
pub(super) struct Job {
    pub(super) task: Task,
    pub(super) queued: Instant,
}

/// A bounded queue in which sources take turns.
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
    capacity: usize,
}

#[derive(Default)]
struct State {
    /// Those who wait, in the order of their turns; none of them is empty.
    sources: VecDeque<(String, VecDeque<Job>)>,
    waiting: usize,
    closed: bool,
}

impl State {
    /// Whoever has most waiting, where that would still be more than this source's once one was given up for it.
    fn greedier_than(&mut self, source: &str) -> Option<&mut (String, VecDeque<Job>)> {
        let own = self.sources.iter().find(|(name, _)| name == source).map_or(0, |(_, jobs)| jobs.len());
        let greediest = self.sources.iter_mut().max_by_key(|(_, jobs)| jobs.len());
        greediest.filter(|(_, jobs)| jobs.len() > own + 1)
    }
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        Self { state: Mutex::default(), filled: Condvar::new(), capacity }
    }

    /// Takes a job in and says how many wait; none where it has no room.
    pub(super) fn push(&self, source: &str, job: Job) -> Option<usize> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        if state.waiting >= self.capacity {
            let (_, jobs) = state.greedier_than(source)?;
            jobs.pop_back();
            state.waiting -= 1;
        }
        match state.sources.iter_mut().find(|(name, _)| name == source) {
            Some((_, jobs)) => jobs.push_back(job),
            None => state.sources.push_back((source.to_owned(), VecDeque::from([job]))),
        }
        state.waiting += 1;
        let waiting = state.waiting;
        drop(state);
        self.filled.notify_one();
        Some(waiting)
    }

    pub(super) fn has_room(&self, source: &str) -> bool {
        let mut state = self.lock();
        state.waiting < self.capacity || state.greedier_than(source).is_some()
    }

    /// The next job, once there is one, and how many more wait; none when the queue is closed.
    pub(super) fn pop(&self) -> Option<(Job, usize)> {
        let mut state = self.lock();
        loop {
            if let Some((source, mut jobs)) = state.sources.pop_front() {
                let job = jobs.pop_front();
                if !jobs.is_empty() {
                    state.sources.push_back((source, jobs));
                }
                if let Some(job) = job {
                    state.waiting -= 1;
                    return Some((job, state.waiting));
                }
            } else if state.closed {
                return None;
            } else {
                state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Password;
    use super::super::hasher::{Task, Verified};
    use super::*;
    use crate::error::Error;
    use tokio::sync::oneshot;

    fn job() -> (Job, oneshot::Receiver<Result<Verified, Error>>) {
        let (reply, answer) = oneshot::channel();
        let password = Password::given(&"x".to_owned().into()).unwrap();
        (Job { task: Task::Verify(password, None, reply), queued: Instant::now() }, answer)
    }

    #[test]
    fn a_flood_from_one_place_keeps_nobody_else_out() {
        let queue = Queue::new(8);
        let mut answers = Vec::new();
        for _ in 0..8 {
            let (job, answer) = job();
            assert!(queue.push("flood", job).is_some());
            answers.push(answer);
        }
        assert!(queue.push("flood", job().0).is_none(), "the flood is full");
        let (own, mut waits) = job();
        assert_eq!(queue.push("somebody", own), Some(8));
        assert!(answers.last_mut().unwrap().try_recv().is_err_and(|e| e == oneshot::error::TryRecvError::Closed));
        // They take turns, so somebody comes second and not ninth.
        drop(queue.pop());
        drop(queue.pop());
        assert!(waits.try_recv().is_err_and(|e| e == oneshot::error::TryRecvError::Closed), "it was served");
    }

    #[test]
    fn what_waits_is_served_before_the_end() {
        let queue = Queue::new(2);
        queue.push("a", job().0);
        queue.close();
        assert!(queue.push("a", job().0).is_none());
        assert!(queue.pop().is_some() && queue.pop().is_none());
    }
}
