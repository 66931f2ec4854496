//! Turns and places, with several people, sessions and lines.

use std::pin::Pin;
use std::task::Poll;

use super::*;
use crate::db::{Conn, Db, Limits, Size, Target, set_writer, with_write_check};
use crate::error::ProblemCode;
use crate::time::Timestamp;

fn person(number: i64) -> Id {
    Id::first_of(Timestamp::from_micros(number * 1_000))
}

/// A writer with the first session of this person.
fn works(number: i64) -> Writer {
    Writer { person: person(number), credential: person(100 * number), line: Line::Work }
}

/// The same with another session.
fn by(session: i64, writer: Writer) -> Writer {
    Writer { credential: person(1_000 + session), ..writer }
}

fn later() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

fn code<T>(outcome: Result<T, Error>) -> Option<ProblemCode> {
    outcome.err().map(|error| error.code())
}

/// The result of polling a future once.
async fn asked<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Option<F::Output> {
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[tokio::test]
async fn a_person_has_two_turns_and_the_next_is_whose_wait_was_longest() {
    let turns = Turns::new(usize::MAX);
    let (first, second) = (turns.take(works(1), later()).await.unwrap(), turns.take(works(1), later()).await);
    let mut third = Box::pin(turns.take(works(1), later()));
    let mut fourth = Box::pin(turns.take(works(1), later()));
    assert!(asked(&mut third).await.is_none() && asked(&mut fourth).await.is_none());
    assert_eq!(code(turns.take(works(2), later()).await), None, "others are not concerned");
    drop(first);
    assert!(asked(&mut fourth).await.is_none());
    let third = asked(&mut third).await.unwrap();
    assert_eq!(code(third), None);
    drop(second);
    assert_eq!(code(fourth.await), None);
    assert!(turns.lock().is_empty(), "nothing is kept");
}

#[tokio::test]
async fn a_line_is_bounded_and_whoever_goes_gives_the_place_back() {
    let turns = Turns::new(1);
    let mut line: Vec<_> = (0..LINE / 2).map(|_| Box::pin(turns.take(works(1), later()))).collect();
    let turn = asked(&mut line[0]).await.unwrap().unwrap();
    for waiting in &mut line[1..] {
        assert!(asked(waiting).await.is_none());
    }
    assert_eq!(code(turns.take(works(1), later()).await), Some(ProblemCode::TooManyAttempts));
    assert_eq!(code(turns.take(works(2), later()).await), None);
    drop(line.pop());
    let late = turns.take(works(1), Instant::now()).await;
    assert_eq!(code(late), Some(ProblemCode::Busy), "there is a place, and no turn in time");
    drop((line, turn));
    assert!(turns.lock().is_empty(), "nothing is kept");
    assert_eq!(code(turns.take(works(1), Instant::now()).await), None, "a free turn is had at once");
}

#[tokio::test]
async fn no_session_takes_the_places_of_the_others() {
    let turns = Turns::new(1);
    let mut line = Vec::new();
    let mut places = Vec::new();
    for session in 0..4 {
        let mut taken = 0;
        loop {
            let mut next = Box::pin(turns.take(by(session, works(1)), later()));
            match asked(&mut next).await {
                Some(Err(_)) => break,
                Some(Ok(turn)) => places.push(turn),
                None => line.push(next),
            }
            taken += 1;
        }
        assert_eq!(taken, LINE >> (session + 1), "half of what the others left");
    }
    drop((line, places));
    assert!(turns.lock().is_empty(), "nothing is kept");
}

#[tokio::test]
async fn what_ends_access_has_the_next_turn() {
    let turns = Turns::new(usize::MAX);
    let ends = |session: i64| by(session, Writer { line: Line::Access, ..works(1) });
    let mut work: Vec<_> = (0..LINE / 2).map(|_| Box::pin(turns.take(works(1), later()))).collect();
    let first = asked(&mut work[0]).await.unwrap().unwrap();
    let second = asked(&mut work[1]).await.unwrap().unwrap();
    for waiting in &mut work[2..] {
        assert!(asked(waiting).await.is_none());
    }
    // A thief fills the places of one session in this line as well.
    let mut thief: Vec<_> = (0..EACH).map(|_| Box::pin(turns.take(ends(7), later()))).collect();
    for waiting in &mut thief {
        assert!(asked(waiting).await.is_none());
    }
    assert_eq!(code(turns.take(ends(7), later()).await), Some(ProblemCode::TooManyAttempts));
    let mut owner = Box::pin(turns.take(ends(8), later()));
    assert!(asked(&mut owner).await.is_none());
    drop(first);
    assert!(asked(&mut work[2]).await.is_none(), "the first of the other line comes before");
    drop(asked(&mut thief[0]).await.unwrap().unwrap());
    drop((asked(&mut work[2]).await.unwrap().unwrap(), second));
    assert_eq!(code(owner.await), None, "before the other requests of the thief");
    drop((work, thief));
    assert!(turns.lock().is_empty(), "nothing is kept");
}

#[tokio::test]
async fn a19_sessions_take_turns_whatever_each_of_them_has_sent() {
    for line in [Line::Access, Line::Work] {
        let turns = Turns::new(1);
        let of = |session: i64| by(session, Writer { line, ..works(1) });
        let mut thief = Vec::new();
        // Three sessions of a thief, each with several requests: the first of all has the turn.
        for _ in 0..3 {
            for session in 0..3 {
                let mut next = Box::pin(turns.take(of(session), later()));
                match asked(&mut next).await {
                    Some(turn) => thief.push((session, Some(turn.unwrap()), None)),
                    None => thief.push((session, None, Some(next))),
                }
            }
        }
        let mut owner = Box::pin(turns.take(of(9), later()));
        assert!(asked(&mut owner).await.is_none());
        let mut before = Vec::new();
        let owners = loop {
            // The turn that is taken ends; whoever has the next one is found out by asking everybody.
            drop(thief.iter_mut().find_map(|(_, turn, _)| turn.take()).expect("a turn is taken"));
            if let Some(turn) = asked(&mut owner).await {
                break turn;
            }
            for (session, turn, waiting) in &mut thief {
                let Some(next) = waiting else { continue };
                if let Some(taken) = asked(next).await {
                    (*turn, *waiting) = (Some(taken.unwrap()), None);
                    before.push(*session);
                }
            }
        };
        assert_eq!(code(owners), None);
        assert_eq!(before, [1, 2], "one request of each of the others");
        drop(thief);
        assert!(turns.lock().is_empty(), "nothing is kept");
    }
}

#[tokio::test]
async fn many_writes_of_one_person_let_another_go_before() {
    let size = Size { connections: 1, limits: Limits { queue: 100, wait: Duration::from_mins(1) } };
    let db = Db::start(&Target::Sqlite(":memory:".to_owned()), size).unwrap();
    let order = Arc::new(Mutex::new(Vec::new()));
    let write = |number: i64| {
        let (db, order) = (db.clone(), Arc::clone(&order));
        Box::pin(with_write_check(async move {
            set_writer(works(number))?;
            db.write(move |_| {
                order.lock().unwrap().push(number);
                Ok(())
            })
            .await
        }))
    };
    let (release, released) = std::sync::mpsc::channel::<()>();
    let mut held = Box::pin(db.write(move |_| {
        released.recv().unwrap();
        Ok(())
    }));
    assert!(asked(&mut held).await.is_none());
    let mut many: Vec<_> = (0..20).map(|_| write(1)).collect();
    for one in &mut many {
        assert!(asked(one).await.is_none());
    }
    let mut other = write(2);
    assert!(asked(&mut other).await.is_none());
    release.send(()).unwrap();
    held.await.unwrap();
    other.await.unwrap();
    for one in many {
        one.await.unwrap();
    }
    let order = order.lock().unwrap();
    assert_eq!((order.len(), &order[..4]), (21, &[1, 1, 2, 1][..]));
}

#[tokio::test]
async fn whoever_goes_keeps_the_turn_until_the_unit_of_work_ends() {
    let size = Size { connections: 1, limits: Limits { queue: 100, wait: Duration::from_mins(1) } };
    let db = Db::start(&Target::Sqlite(":memory:".to_owned()), size).unwrap();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let unit = with_write_check(async {
        set_writer(works(1))?;
        let held = move |_: &mut Conn| {
            begun.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        };
        db.write(held).await
    });
    tokio::select! {
        _ = unit => panic!("it is held"),
        begun = begins => begun.unwrap(),
    }
    assert_eq!(db.0.turns.lock()[&person(1)].work.taken[&works(1).credential].taken, 1, "its caller has gone");
    release.send(()).unwrap();
    db.write(|_| Ok(())).await.unwrap();
    assert!(db.0.turns.lock().is_empty());
}
