//! Whichever way is taken to a page, it is the same page.

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;
use crate::app;
use crate::cli::seed;
use crate::db::{self, Access, Target};
use crate::random::Random;
use crate::time::Clock;

const CONTACTS: usize = 600;

/// A database of made-up people, many of whom share a name.
fn directory() -> (tempfile::TempDir, Conn) {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("portal.sqlite3").display().to_string());
    app::prepare(&target, &Clock::system(), &Random::system()).unwrap();
    let mut conn = db::open(&target, Access::Write).unwrap();
    seed(&mut conn, CONTACTS, Clock::system().now(), &mut |_| {}).unwrap();
    (folder, conn)
}

fn place(order: &Order, step: &Step) -> Place {
    let code = order.members.iter().find(|(id, _)| *id == step.organisation_id);
    let key = match order.sort {
        Sort::Updated => step.updated_at.as_micros().to_string(),
        Sort::Name | Sort::Member => step.sort_name.clone(),
    };
    Place { member: code.map(|(_, code)| code.clone()).unwrap_or_default(), key, id: step.id }
}

#[test]
fn a_walk_gives_what_looking_up_gives() {
    let (_folder, conn) = directory();
    let conn = RefCell::new(conn);
    // Sets that lie together in the order of numbers, and scattered ones.
    let sets = prop_oneof![
        (0..600_u32, 0..600_u32).prop_map(|(from, to)| (from..to).collect::<Vec<_>>()),
        prop::collection::vec(0..600_u32, 0..300),
    ];
    let sorts = prop_oneof![Just(Sort::Name), Just(Sort::Member), Just(Sort::Updated)];
    // The set is narrowed to people who come late in the alphabet, so that walks fail and beginnings are passed over.
    let asked = (sets, sorts, any::<bool>(), prop::option::of(0..600_u32), 1..40_usize, 1..30_u64, 1..60_u64);
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((numbers, sort, late, after, wanted, few, stretch) in asked)| {
        let conn = &mut *conn.borrow_mut();
        let mut set: RoaringBitmap = numbers.into_iter().collect();
        if late {
            let names = index::beginnings(conn, 0, "", "").unwrap();
            set &= names.into_values().rev().take(3).fold(RoaringBitmap::new(), |all, set| all | set);
        }
        let mut order = Order::of(conn, sort, &Sight::everything(), Language::Fr, Sets::default()).unwrap();
        let after = after.map(|number| place(&order, &store::steps(conn, &[number]).unwrap()[0]));
        let looked_up = order.looked_up(conn, &set, after.as_ref(), wanted).unwrap();
        order.bounds = Bounds { few, stretch, strides: (7, 20) };
        prop_assert_eq!(order.first_of(conn, &set, after.as_ref(), wanted).unwrap(), looked_up);
    });
}
