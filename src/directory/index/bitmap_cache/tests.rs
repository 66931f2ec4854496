//! The cache of a process is consistent with the database, whichever process changed it.

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;
use crate::app;
use crate::db::{self, Access, Id, Target};
use crate::directory::{self, ContactChange, index, recipients};
use crate::policy::FieldAudience;
use crate::random::Random;
use crate::seed::seed;
use crate::time::Clock;

const CONTACTS: u8 = 30;
const LANGUAGES: [&str; 3] = ["en", "fr", "sw"];

/// A database of made-up people, as two processes have it, and who the people are.
fn directory() -> (tempfile::TempDir, [Conn; 2], Vec<Id>) {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("portal.sqlite3").display().to_string());
    let now = Clock::system().now();
    app::prepare(&target, &Clock::system(), &Random::system()).unwrap();
    let mut conn = db::open(&target, Access::Write).unwrap();
    seed(&mut conn, CONTACTS.into(), now, &mut |_| {}).unwrap();
    let numbers: Vec<u32> = (0..CONTACTS.into()).collect();
    let people = recipients::readers(&mut conn, &numbers).unwrap().into_iter().map(|reader| reader.user_id).collect();
    let other = db::open(&target, Access::Write).unwrap();
    (folder, [conn, other], people)
}

/// What happens.
#[derive(Clone, Debug)]
enum Step {
    /// A person's languages and their audience change.
    Change { person: usize, languages: Vec<&'static str>, audience: FieldAudience },
    /// A request to one of two processes reads bitmaps.
    Ask { process: usize, languages: Vec<&'static str>, level: i16 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let languages = || prop::sample::subsequence(LANGUAGES.to_vec(), 0..=LANGUAGES.len());
    let audience = prop_oneof![Just(FieldAudience::Members), Just(FieldAudience::Region)];
    let change = (0..usize::from(CONTACTS), languages(), audience)
        .prop_map(|(person, languages, audience)| Step::Change { person, languages, audience });
    let ask = (0..2_usize, languages(), 0..2_i16).prop_map(|(process, languages, level)| Step::Ask {
        process,
        languages,
        level,
    });
    prop::collection::vec(prop_oneof![1 => change, 3 => ask], 1..20)
}

#[test]
fn what_is_known_is_what_is_stored() {
    let (_folder, connections, people) = directory();
    let connections = RefCell::new(connections);
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| {
        let mut connections = connections.borrow_mut();
        let caches = [BitmapCache::default(), BitmapCache::default()];
        for step in steps {
            match step {
                Step::Change { person, languages, audience } => {
                    let change = ContactChange {
                        languages: Some(languages.into_iter().map(str::to_owned).collect()),
                        languages_audience: Some(audience),
                        ..ContactChange::default()
                    };
                    let now = Clock::system().now();
                    let [writer, _] = &mut *connections;
                    writer.transaction_for_write(|conn| directory::change(conn, people[person], &change, now)).unwrap();
                }
                Step::Ask { process, languages, level } => {
                    let (conn, stored) = (&mut connections[process], Bitmaps::default());
                    let current = caches[process].current(conn).unwrap();
                    let keys: Vec<String> =
                        languages.iter().map(|code| index::of_value(Facet::Language, code, level)).collect();
                    prop_assert_eq!(current.of_keys(conn, &keys).unwrap(), stored.of_keys(conn, &keys).unwrap());
                    let of_facet =
                        |sets: &Bitmaps, conn: &mut Conn| sets.of_facet(conn, Facet::Language, level).unwrap();
                    prop_assert_eq!(of_facet(&current, conn), of_facet(&stored, conn));
                }
            }
        }
    });
}

#[test]
fn a_request_that_began_before_a_change_leaves_nothing_behind() {
    let (_folder, [mut conn, _], people) = directory();
    let (cache, key) = (BitmapCache::default(), [index::of_value(Facet::Language, "sw", 0)]);
    let early = cache.current(&mut conn).unwrap();
    let before = early.of_keys(&mut conn, &key).unwrap();
    let speaks = ContactChange { languages: Some(vec!["sw".to_owned()]), ..ContactChange::default() };
    let change = |conn: &mut Conn| {
        people.iter().try_for_each(|person| directory::change(conn, *person, &speaks, Clock::system().now()))
    };
    conn.transaction_for_write(change).unwrap();
    let after = cache.current(&mut conn).unwrap().of_keys(&mut conn, &key).unwrap();
    assert_ne!(after, before);
    assert_eq!(after[0].len(), u64::from(CONTACTS));
    // The early request goes on, and leaves the cache as it is.
    early.insert(|contents| {
        contents.by_key.insert(key[0].clone(), Arc::clone(&before[0]));
    });
    assert_eq!(cache.current(&mut conn).unwrap().of_keys(&mut conn, &key).unwrap(), after);
}

#[test]
fn what_is_kept_is_bounded() {
    let mut contents = Contents { revision: 7, ..Contents::default() };
    contents.make_room(MOST);
    contents.by_key.insert("language:fr/0".to_owned(), Arc::default());
    contents.make_room(1);
    assert!(contents.by_key.is_empty());
    assert_eq!((contents.bytes, contents.revision), (1, 7));
}
