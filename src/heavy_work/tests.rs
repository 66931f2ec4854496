use std::task::Poll;
use std::time::Duration;

use super::*;
use crate::error::ProblemCode;
use crate::random::Random;
use crate::time::Timestamp;

fn lane(threads: usize, queue: usize) -> Lane {
    Lane::start(&config::HeavyWork { threads, queue }).unwrap()
}

fn people() -> impl Iterator<Item = Id> {
    let random = Random::seeded(1);
    std::iter::repeat_with(move || Id::new(Timestamp::from_micros(0), &random))
}

fn code<T>(outcome: Result<T, Error>) -> Option<ProblemCode> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn one_of_a_person_and_so_many_in_all() {
    let (lane, people) = (lane(1, 1), people().take(3).collect::<Vec<_>>());
    let first = lane.place(people[0]).unwrap();
    assert_eq!(code(lane.place(people[0])), Some(ProblemCode::WorkUnderWay));
    let second = lane.place(people[1]).unwrap();
    assert_eq!(code(lane.place(people[2])), Some(ProblemCode::Busy));
    assert_eq!(code(lane.place(people[2])), Some(ProblemCode::Busy), "who was refused has nothing under way");
    assert_eq!(code(first.run(|_| Ok(7)).await), None);
    drop(second);
    assert_eq!(lane.free(), 2);
    let turn = lane.place(people[0]).unwrap().turn().await.unwrap();
    let under_way = turn.under_way();
    assert_eq!(code(turn.run(|_| Ok(())).await), None);
    assert_eq!(code(lane.place(people[0])), Some(ProblemCode::WorkUnderWay), "its answer is being sent");
    drop(under_way);
    assert_eq!(code(lane.place(people[0])), None);
}

#[tokio::test]
async fn a_person_takes_a_few_files_at_once() {
    let (lane, person) = (lane(1, 1), people().next().unwrap());
    let taken: Vec<_> = (0..STREAMS).map(|_| lane.stream(person).unwrap()).collect();
    assert_eq!(code(lane.stream(person)), Some(ProblemCode::WorkUnderWay));
    assert_eq!(code(lane.place(person)), None, "which is no heavy work");
    drop(taken);
    assert_eq!(code(lane.stream(person)), None);
}

#[tokio::test]
async fn a_person_hands_in_one_file_at_a_time() {
    let (lane, people) = (lane(1, 1), people().take(2).collect::<Vec<_>>());
    let first = lane.upload(people[0]).unwrap();
    assert_eq!(code(lane.upload(people[0])), Some(ProblemCode::WorkUnderWay));
    assert_eq!(code(lane.upload(people[1])), None);
    assert_eq!(code(lane.place(people[0])), None, "which is no file that is handed in");
    drop(first);
    assert_eq!(code(lane.upload(people[0])), None);
}

#[tokio::test]
async fn what_nobody_waits_for_is_stopped_or_never_begun() {
    let (lane, people) = (lane(1, 2), people().take(3).collect::<Vec<_>>());
    let (begun, has_begun) = oneshot::channel();
    let work = lane.place(people[0]).unwrap().run(move |wanted| {
        begun.send(()).unwrap();
        while wanted.is() {
            std::thread::yield_now();
        }
        Ok(())
    });
    let mut work = Box::pin(work);
    tokio::select! {
        _ = &mut work => panic!("it works until it is stopped"),
        begun = has_begun => begun.unwrap(),
    }
    // One request waits, and is cancelled.
    let waiting = lane.place(people[1]).unwrap().run(|_| -> Result<(), Error> { panic!("never begun") });
    assert!(tokio::time::timeout(Duration::from_millis(1), waiting).await.is_err());
    assert_eq!(lane.free(), 2);
    drop(work);
    assert_eq!(code(lane.place(people[2]).unwrap().run(|_| Ok(())).await), None, "the thread is free again");
    assert_eq!(lane.free(), 3);
}

#[tokio::test]
async fn a04_whoever_goes_leaves_no_more_work_beside_than_there_are_threads() {
    let lane = lane(1, 0);
    let (begun, has_begun) = oneshot::channel();
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let mut gone = Box::pin(lane.beside(move || {
        begun.send(()).unwrap();
        ends.recv().map_err(Error::internal)
    }));
    tokio::select! {
        _ = &mut gone => panic!("it works until it may end"),
        begun = has_begun => begun.unwrap(),
    }
    drop(gone);
    assert_eq!(lane.0.beside.available_permits(), 0, "nobody waits for it, and it goes on");
    let mut next = Box::pin(lane.beside(|| Ok(7)));
    let waits = std::future::poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending()));
    assert!(waits.await);
    end.send(()).unwrap();
    assert_eq!(next.await.unwrap(), 7);
    let fallen = lane.beside(|| -> Result<(), Error> { panic!("on purpose") });
    assert_eq!(code(fallen.await), Some(ProblemCode::Internal));
    assert_eq!(code(lane.beside(|| Ok(())).await), None, "a panic gives the turn back");
}

#[tokio::test]
async fn a04_so_much_work_waits_beside_and_no_more() {
    let lane = lane(1, 0);
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let mut first = Box::pin(lane.beside(move || ends.recv().map_err(Error::internal)));
    assert!(std::future::poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_pending())).await);
    let work = |number: usize| Box::pin(lane.beside(move || Ok(number)));
    let mut waiting: Vec<_> = (0..WAITING_BESIDE).map(work).collect();
    for next in &mut waiting {
        assert!(std::future::poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending())).await);
    }
    assert_eq!(code(lane.beside(|| Ok(())).await), Some(ProblemCode::Busy));
    // Whoever goes gives the place back.
    drop(waiting.pop());
    waiting.push(work(WAITING_BESIDE - 1));
    end.send(()).unwrap();
    first.await.unwrap();
    for (number, next) in waiting.into_iter().enumerate() {
        assert_eq!(next.await.unwrap(), number);
    }
    assert_eq!(code(lane.beside(|| Ok(())).await), None);
}

#[tokio::test]
async fn a_panic_is_one_answer_and_no_more() {
    let (lane, person) = (lane(1, 0), people().next().unwrap());
    let fallen = lane.place(person).unwrap().run(|_| -> Result<(), Error> { panic!("on purpose") });
    assert_eq!(code(fallen.await), Some(ProblemCode::Internal));
    assert_eq!(code(lane.place(person).unwrap().run(|_| Ok(())).await), None);
}
