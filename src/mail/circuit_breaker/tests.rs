//! The circuit breaker, with a relay that fails in every way.

use super::*;
use crate::random::Random;

const START: Timestamp = Timestamp::from_micros(1_000_000_000);

#[test]
fn goal_19_a_relay_in_trouble_gets_fewer_connections_and_slowly_more_again() {
    let breaker = CircuitBreaker::new(10, Troubles::default());
    let pause = |now| breaker.pause(Priority::Bulk, now);
    assert_eq!(breaker.allowed(START), 10);
    let until = breaker.trip(Priority::Bulk, START, "down");
    assert_eq!(breaker.trip(Priority::Bulk, START, "down"), until, "who fails together counts once");
    assert_eq!((breaker.allowed(START), pause(START)), (5, Some(Duration::from_secs(1))));
    breaker.trip(Priority::Bulk, until, "down");
    assert_eq!((breaker.allowed(until), pause(until)), (2, Some(Duration::from_secs(2))));
    breaker.passed(Priority::Bulk, until);
    assert_eq!((breaker.allowed(until), pause(until)), (2, None));
    assert_eq!(breaker.allowed(until.plus(Duration::from_secs(31))), 5);
    assert_eq!(breaker.allowed(until.plus(Duration::from_mins(10))), 10);
}

#[test]
fn b03_a_link_asks_a_relay_that_is_down_again_within_two_seconds() {
    let breaker = CircuitBreaker::new(10, Troubles::default());
    let mut now = START;
    for _ in 0..8 {
        now = breaker.trip(Priority::Bulk, now, "down");
    }
    breaker.trip(Priority::Bulk, now, "down");
    assert_eq!(breaker.pause(Priority::Bulk, now), Some(Duration::from_mins(1)));
    assert_eq!(breaker.pause(Priority::Transactional, now), Some(Duration::from_secs(2)));
    let next = breaker.trip(Priority::Transactional, now.plus(Duration::from_secs(2)), "down");
    assert_eq!(next, now.plus(Duration::from_secs(4)), "and again, which makes no announcement wait longer");
    assert_eq!(breaker.pause(Priority::Bulk, next), Some(Duration::from_secs(56)));
}

#[test]
fn b03_a_relay_that_refuses_announcements_is_asked_for_links_all_the_same() {
    let (troubles, random) = (Troubles::default(), Random::seeded(1));
    let breaker = CircuitBreaker::new(10, troubles.clone());
    let mail = Id::new(START, &random);
    let at = breaker.refuse(Priority::Bulk, mail, START, "452 quota").unwrap();
    assert!(breaker.pause(Priority::Bulk, START).is_some_and(|pause| START.plus(pause) < at), "others come first");
    assert_eq!(breaker.pause(Priority::Transactional, START), None);
    assert_eq!(troubles.all()[0].words, "452 quota");
    breaker.passed(Priority::Bulk, START);
    assert!(breaker.pause(Priority::Bulk, START).is_some(), "that one was on its way");
    breaker.passed(Priority::Transactional, at);
    assert_eq!(troubles.all()[0].part, Part::Announcements, "a link says nothing of announcements");
    breaker.passed(Priority::Bulk, at);
    assert_eq!((breaker.pause(Priority::Bulk, at), troubles.all()), (None, Vec::new()));
}

#[test]
fn b03_one_link_that_is_refused_makes_no_other_wait_and_many_do() {
    let random = Random::seeded(1);
    let breaker = CircuitBreaker::new(10, Troubles::default());
    for number in 1..=FEW_LINKS {
        assert_eq!(breaker.pause(Priority::Transactional, START), None, "{number}");
        let at = breaker.refuse(Priority::Transactional, Id::new(START, &random), START, "550 quota").unwrap();
        assert!(at > START, "it waits itself");
    }
    assert_eq!(breaker.pause(Priority::Transactional, START), Some(Duration::from_millis(500)));
    breaker.passed(Priority::Transactional, START);
    assert!(breaker.pause(Priority::Transactional, START).is_some(), "that one was on its way");
    let later = START.plus(Duration::from_secs(2));
    breaker.passed(Priority::Transactional, later);
    assert_eq!(breaker.pause(Priority::Transactional, later), None);
}

#[test]
fn b03_a_relay_that_goes_silent_on_mail_after_mail_is_down() {
    let troubles = Troubles::default();
    let breaker = CircuitBreaker::new(10, troubles.clone());
    for _ in 1..MOST_BROKEN {
        breaker.broke(Priority::Bulk, START, "no answer within 30 s");
    }
    breaker.passed(Priority::Bulk, START);
    breaker.broke(Priority::Bulk, START, "no answer within 30 s");
    assert_eq!((breaker.pause(Priority::Bulk, START), troubles.all()), (None, Vec::new()), "some mails, not the relay");
    for _ in 1..MOST_BROKEN {
        breaker.broke(Priority::Bulk, START, "no answer within 30 s");
    }
    assert!(breaker.pause(Priority::Bulk, START).is_some());
    assert_eq!(troubles.all()[0].part, Part::Relay);
}

#[test]
fn b03_a_mail_that_alone_is_refused_holds_up_nobody() {
    let random = Random::seeded(1);
    let breaker = CircuitBreaker::new(10, Troubles::default());
    let [poison, other] = [0; 2].map(|_| Id::new(START, &random));
    let at = breaker.refuse(Priority::Bulk, poison, START, "550 5.7.1 sender rejected").unwrap();
    breaker.passed(Priority::Bulk, at);
    assert_eq!(breaker.refuse(Priority::Bulk, poison, at, "550 5.7.1 sender rejected"), None, "it is about the mail");
    assert_eq!(breaker.pause(Priority::Bulk, at), None);
    assert!(breaker.refuse(Priority::Bulk, other, at, "452 quota").is_some());
}

#[test]
fn b03_a_limit_of_mails_a_connection_is_learned_and_forgotten() {
    let breaker = CircuitBreaker::new(10, Troubles::default());
    let per_connection = |now| breaker.mails_per_connection(500, now);
    breaker.met_limit(20, START);
    breaker.met_limit(7, START);
    assert_eq!(per_connection(START), 500, "chance");
    breaker.met_limit(20, START);
    breaker.met_limit(20, START);
    assert_eq!((per_connection(START), breaker.mails_per_connection(0, START)), (20, 20));
    assert_eq!(breaker.mails_per_connection(5, START), 5, "the operator wants fewer");
    assert_eq!(per_connection(START.plus(Duration::from_hours(2))), 500);
}
