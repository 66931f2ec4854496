//! Rules of a questionnaire (number 5): what they cost is not paid by the threads that serve requests.

use std::sync::mpsc;

use portal::error::Error;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::responses::{begin, coordinator, round};
use crate::support::{Expect as _, TestApp, story};

/// How much work may be beside the lane of one thread: one piece under way, the others in line.
const MOST: usize = 1 + 256;

#[story("heavy_work.threads=1")]
fn a05_rules_are_followed_outside_of_the_threads_that_serve_requests(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    let check = format!("{response}/check");
    let (lane, (full, is_full)) = (t.portal.heavy_work.clone(), mpsc::channel::<()>());
    let (end, ends) = mpsc::channel::<()>();
    let working = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async move {
            let (mut others, (begun, has_begun)) = (JoinSet::new(), oneshot::channel::<()>());
            let first = lane.clone();
            let until_the_end = move || {
                let _ = begun.send(());
                ends.recv().map_err(Error::internal)
            };
            others.spawn(async move { first.beside(until_the_end).await });
            has_begun.await.unwrap();
            for _ in 0..MOST {
                let lane = lane.clone();
                others.spawn(async move { lane.beside(|| Ok(())).await });
            }
            let refused = others.join_next().await.unwrap().unwrap();
            assert!(refused.is_err(), "one more than there is room for");
            full.send(()).unwrap();
            while others.join_next().await.is_some() {}
        });
    });
    is_full.recv().unwrap();
    for path in [&response, &check] {
        assert_eq!(moussa.get(path).refused(503), "busy", "{path}");
    }
    end.send(()).unwrap();
    working.join().unwrap();
    for path in [&response, &check] {
        moussa.get(path).expect(200);
    }
}
