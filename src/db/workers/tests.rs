//! The queue of units of work, and what becomes of those that wait.

use super::*;
use crate::error::ProblemCode;

fn workers(queue: usize) -> Workers {
    let target = Target::Sqlite(":memory:".to_owned());
    let limits = Limits { queue, wait: Duration::from_mins(1) };
    Workers::start("test", &target, Access::Write, 1, limits, (None, &Figures::default())).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(10)
}

fn code<T>(outcome: Result<T, Error>) -> Option<ProblemCode> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn whoever_waits_too_long_is_answered_and_the_unit_never_begins() {
    let workers = workers(2);
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let first = workers.run(move |_| {
        begun.send(()).unwrap();
        released.recv().unwrap();
        Ok("first")
    });
    let others = async {
        begins.await.unwrap();
        let ran = Arc::new(AtomicBool::new(false));
        for _ in 0..2 {
            let runs = Arc::clone(&ran);
            let late = workers.run_by(soon(), move |_| {
                runs.store(true, Ordering::SeqCst);
                Ok(())
            });
            assert_eq!(code(late.await), Some(ProblemCode::Busy), "the thread is still taken");
        }
        assert_eq!(code(workers.run(|_| Ok(())).await), Some(ProblemCode::Busy), "both still stand in the queue");
        release.send(()).unwrap();
        ran
    };
    let (first, ran) = tokio::join!(first, others);
    assert_eq!(first.unwrap(), "first");
    // This one gets a turn only behind the two, as soon as there is room.
    while code(workers.run(|_| Ok(())).await) == Some(ProblemCode::Busy) {
        tokio::task::yield_now().await;
    }
    assert!(!ran.load(Ordering::SeqCst));
}

#[tokio::test]
async fn what_has_begun_is_awaited_beyond_its_time() {
    let workers = workers(1);
    let deadline = Instant::now() + Duration::from_secs(1);
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let unit = workers.run_by(deadline, move |_| {
        begun.send(()).unwrap();
        released.recv().unwrap();
        Ok(7)
    });
    let other = async {
        begins.await.unwrap();
        tokio::time::sleep_until(deadline.into()).await;
        // The caller's own timer has fired by then, too.
        tokio::time::sleep(Duration::from_millis(10)).await;
        release.send(()).unwrap();
    };
    assert_eq!(tokio::join!(unit, other).0.unwrap(), 7);
}

#[tokio::test]
async fn a_unit_whose_caller_has_gone_never_begins() {
    let workers = workers(2);
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let first = workers.run(move |_| {
        begun.send(()).unwrap();
        released.recv().unwrap();
        Ok(())
    });
    let other = async {
        begins.await.unwrap();
        let gone = workers.run(|_| -> Result<(), Error> { panic!("never begun") });
        assert!(tokio::time::timeout(Duration::from_millis(1), gone).await.is_err());
        release.send(()).unwrap();
    };
    assert_eq!(code(tokio::join!(first, other).0), None);
    assert_eq!(code(workers.run(|_| Ok(())).await), None);
}
