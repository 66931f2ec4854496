//! Scanning and looking up select the same contacts.

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;
use crate::app;
use crate::db::{self, Access, Target};
use crate::random::Random;
use crate::seed::seed;
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

fn position(order: &Order, keys: &SortKeys) -> Position {
    let code = order.members.iter().find(|(id, _)| *id == keys.organisation_id);
    let key = match order.sort {
        Sort::Updated => keys.updated_at.as_micros().to_string(),
        Sort::Name | Sort::Member => keys.sort_name.clone(),
    };
    Position { member: code.map(|(_, code)| code.clone()).unwrap_or_default(), key, id: keys.id, respelled: false }
}

#[test]
fn a_walk_gives_what_looking_up_gives() {
    let (_folder, conn) = directory();
    let conn = RefCell::new(conn);
    // Ranges of numbers, and scattered ones.
    let sets = prop_oneof![
        (0..600_u32, 0..600_u32).prop_map(|(from, to)| (from..to).collect::<Vec<_>>()),
        prop::collection::vec(0..600_u32, 0..300),
    ];
    let sorts = prop_oneof![Just(Sort::Name), Just(Sort::Member), Just(Sort::Updated)];
    // With `late` only people at the end of the alphabet are left, so that scans give up and prefixes are skipped.
    let asked = (sets, sorts, any::<bool>(), prop::option::of(0..600_u32), 1..40_usize, 1..30_u64, 1..60_u64);
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((numbers, sort, late, after, wanted, few, stretch) in asked)| {
        let conn = &mut *conn.borrow_mut();
        let mut set: RoaringBitmap = numbers.into_iter().collect();
        if late {
            let names = index::of_prefixes(conn, 0, "", "").unwrap();
            set &= names.into_values().rev().take(3).fold(RoaringBitmap::new(), |all, set| all | set);
        }
        let mut order = Order::of(conn, sort, &Visibility::everything(), Language::Fr, Bitmaps::default()).unwrap();
        let after = after.map(|number| position(&order, &store::sort_keys(conn, &[number]).unwrap()[0]));
        let looked_up = order.looked_up(conn, &set, after.as_ref(), wanted).unwrap();
        order.bounds = Bounds { few, stretch, strides: (7, 20) };
        prop_assert_eq!(order.first_of(conn, &set, after.as_ref(), wanted).unwrap(), looked_up);
    });
}
