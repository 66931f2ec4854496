//! Planted offences: small sources that break one rule each, and similar ones that break none. A rule that no longer
//! finds its offence fails here.

use super::circles::{between_tops, within_tops};
use super::reader::Tree;
use super::rules::{self, Offence};

fn sources(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::read(&sources(files))
}

fn keys(offences: Vec<Offence>) -> Vec<String> {
    offences.into_iter().map(|offence| offence.key).collect()
}

/// What these files name of others, by the file that defines it.
fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut named: Vec<_> = tree(files).edges.into_iter().map(|edge| (edge.from, edge.to)).collect();
    named.sort();
    named.dedup();
    named
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    sources(pairs)
}

#[test]
fn a_circle_through_handlers() {
    let files = |a: &'static str| {
        [
            ("a/mod.rs", "pub mod routes; pub struct A;"),
            ("a/routes.rs", a),
            ("app/mod.rs", "use crate::a::routes::list; pub struct Portal; pub fn start() { list(Portal) }"),
            ("b/mod.rs", "pub mod routes; pub struct B;"),
            ("b/routes.rs", "use crate::a; pub fn list() -> a::A { a::routes::one() }"),
        ]
    };
    let rings = between_tops(&tree(&files("pub fn one() -> crate::a::A { crate::b::routes::list() }")), &[]);
    assert!(rings.len() == 1 && rings[0].starts_with("a (routes), b (routes)\n"), "{rings:?}");
    let handed = "use crate::app::Portal; use crate::b::B; pub fn list(_: Portal) {} pub fn one() -> B { B }";
    assert_eq!(between_tops(&tree(&files(handed)), &[]), [""; 0], "the portal is handed to handlers");
    let taken = "use crate::app::start; pub fn list() { start() }";
    let rings = between_tops(&tree(&files(taken)), &[]);
    assert!(rings.len() == 1 && rings[0].starts_with("a (routes), app\n"), "{rings:?}");
    assert_eq!(between_tops(&tree(&files(taken)), &[("a (routes)", "app")]), [""; 0], "an arrow that is allowed");
}

#[test]
fn a_circle_through_what_is_handed_on() {
    let files = |place: &'static str| {
        [
            ("bounces/mod.rs", "mod mailbox; pub use mailbox::Place as Mailbox;"),
            ("bounces/mailbox.rs", place),
            ("config.rs", "use crate::bounces as heard; pub struct Settings; fn check(_: heard::Mailbox) {}"),
        ]
    };
    let rings = between_tops(&tree(&files("use crate::config::*; pub struct Place(Settings);")), &[]);
    assert!(rings.len() == 1 && rings[0].starts_with("bounces, config\n"), "{rings:?}");
    assert_eq!(between_tops(&tree(&files("pub struct Place;")), &[]), [""; 0]);
}

#[test]
fn a_circle_within_a_module() {
    let files = |y: &'static str| {
        [
            ("m/mod.rs", "mod x; mod y; pub use x::X; pub use y::{Y, Z}; pub struct Head; fn f() { x::of(Head) }"),
            ("m/x.rs", "use super::Y; pub struct X(Y); pub fn of(_: super::Head) {}"),
            ("m/y.rs", y),
        ]
    };
    let rings = within_tops(&tree(&files("pub struct Y; pub struct Z; pub fn z() -> Z { super::X::z() }")));
    assert!(rings.len() == 1 && rings[0].starts_with("m/x.rs, m/y.rs\n"), "{rings:?}");
    let innocent = "pub struct Y(super::Head); pub struct Z;";
    assert_eq!(within_tops(&tree(&files(innocent))), [""; 0], "what a folder's mod.rs defines is its files'");
}

const OWNERS: [(&str, &[&str]); 2] = [("a", &["a_row"]), ("identity", &["users"])];

#[test]
fn a_foreign_write() {
    let written = |path: &str, text: &str| keys(rules::foreign_writes(&tree(&[(path, text)]), &OWNERS));
    for text in [
        "fn f(c: &mut Conn) { diesel::update(users::table.find(1)).set(users::name.eq(\"a\")).execute(c); }",
        "fn f(c: &mut Conn) { let own = users::table.find(1); let mine = own.filter(x); diesel::delete(mine).execute(c); }",
        "fn f(c: &mut Conn) { on_each!(c, c => diesel::insert_into(crate::db::schema::users::table).execute(c)) }",
        "use diesel::{delete, insert_into}; fn f(c: &mut Conn) { delete(users::table).execute(c); }",
        "const SQL: &str = \"\\nUPDATE users SET name = ''\";",
        "const SQL: &str = \"WITH old AS (SELECT 1) DELETE FROM users\";",
        "fn f() { sql_query(\"INSERT INTO users (id) VALUES (1)\"); }",
    ] {
        assert_eq!(written("a/store.rs", text), ["a writes users"], "{text}");
        assert_eq!(written("identity/sessions/store.rs", text), [""; 0], "its own: {text}");
        assert_eq!(written("identity/sessions/mod.rs", text), ["identity/sessions/mod.rs"], "no store: {text}");
    }
    for innocent in [
        "fn f(c: &mut Conn) { users::table.inner_join(a_row::table).load(c); diesel::update(a_row::table).execute(c); }",
        "fn f(c: &mut Conn) { diesel::delete(a_row::table.filter(a_row::id.eq_any(users::table.select(users::id)))); }",
        "/// Does not UPDATE users.\nfn update(users: Id) { update(users::table) }",
        "const SQL: &str = \"SELECT id FROM users FOR UPDATE SKIP LOCKED\";",
        "#[cfg(test)] mod tests { fn f() { diesel::delete(users::table); } }",
    ] {
        assert_eq!(written("a/store.rs", innocent), [""; 0], "{innocent}");
    }
    assert_eq!(
        written("a/store.rs", "fn f(what: T) { diesel::delete(what); }"),
        ["a/store.rs"],
        "nobody knows of what"
    );
}

#[test]
fn a_table_without_an_owner() {
    let schema = "diesel::table! {\n    users (id) {\n        id -> Text,\n    }\n}\ndiesel::table! {\n    survey (id) {\n    }\n}\n";
    assert_eq!(keys(rules::unowned(schema, &OWNERS)), ["survey", "a_row"]);
    let twice: [(&str, &[&str]); 3] = [("a", &["users"]), ("b", &["survey"]), ("c", &["users"])];
    assert_eq!(keys(rules::unowned(schema, &twice)), ["users"]);
}

#[test]
fn a_feature_that_forgets_people() {
    let files = |list: &'static str| {
        [
            ("survey/mod.rs", "mod personal_data; pub use personal_data::PersonalRecords;"),
            ("survey/personal_data.rs", "pub struct PersonalRecords; impl PersonalData for PersonalRecords {}"),
            ("privacy/features.rs", list),
        ]
    };
    let owners: [(&str, &[&str]); 2] = [("survey", &["answer"]), ("term", &["word"])];
    let schema = |column: &str| format!("    answer (id) {{\n        id -> SqlId,\n        {column},\n    }}\n");
    let found = |list, schema: &str| keys(rules::forgotten_people(&tree(&files(list)), schema, &owners));
    let listed = "use crate::survey; fn all() { list(&survey::PersonalRecords) }";
    for column in [
        "user_id -> SqlId",
        "closed_by -> Nullable<SqlId>",
        "email_key -> Text",
        "to_address -> Nullable<Text>",
        "phone -> Nullable<Text>",
    ] {
        assert_eq!(found("use crate::survey;", &schema(column)), ["survey", "survey/personal_data.rs"], "{column}");
        assert_eq!(found(listed, &schema(column)), [""; 0], "{column}");
    }
    for innocent in ["lease_by -> Nullable<SqlId>", "confirm_by -> SqlTimestamp", "organisation_id -> SqlId"] {
        assert_eq!(found("", &schema(innocent)), ["survey/personal_data.rs"], "{innocent}");
    }
    let reference = schema("reviewer -> SqlId") + "diesel::joinable!(answer -> users (reviewer));\n";
    assert_eq!(found("", &reference), ["survey", "survey/personal_data.rs"], "whatever refers to an account");
}

#[test]
fn a_use_case_in_a_handler() {
    let files = |routes: &'static str| {
        [
            ("a/mod.rs", "pub mod routes; mod store; pub use store::find as look; pub fn decide() { store::find() }"),
            ("a/routes.rs", routes),
            ("a/store.rs", "pub fn find() {}"),
        ]
    };
    for offence in [
        "use super::store; pub async fn one() { store::find() }",
        "pub async fn one() { super::store::find() }",
        "use crate::a; pub async fn one() { a::look() }",
        "pub async fn one() { read(move |conn| { use super::store::find; find() }) }",
    ] {
        let found = keys(rules::handlers_that_read(&tree(&files(offence))));
        assert_eq!(found.first().map(String::as_str), Some("a/routes.rs -> a/store.rs"), "{offence}");
    }
    let innocent = "pub async fn one() { super::decide() }";
    assert_eq!(keys(rules::handlers_that_read(&tree(&files(innocent)))), [""; 0]);
}

#[test]
fn actix_in_a_service() {
    let text = "//! No actix_web here.\npub async fn f(_: &actix_web::HttpRequest) {}";
    assert_eq!(keys(rules::actix_inside(&tree(&[("a/service.rs", text)]))), ["a/service.rs"]);
    assert_eq!(keys(rules::actix_inside(&tree(&[("a/routes.rs", text)]))), [""; 0]);
    let innocent = "//! No actix_web here.\npub fn f() -> &'static str { \"actix\" }";
    assert_eq!(keys(rules::actix_inside(&tree(&[("a/service.rs", innocent)]))), [""; 0]);
}

#[test]
fn a_reader_of_requests_in_a_service() {
    let files = |path: &'static str, text: &'static str| {
        [
            ("http/mod.rs", "mod json; pub use json::{Json, Limits};"),
            ("http/json.rs", "pub struct Json<T>(T); impl<T> FromRequest for Json<T> {} pub struct Limits;"),
            ("identity/mod.rs", "pub mod guards;"),
            ("identity/guards.rs", "pub struct Member;"),
            (path, text),
        ]
    };
    let takes = "use crate::http::Json; pub fn f(_: Json<u8>) {}";
    assert_eq!(keys(rules::actix_inside(&tree(&files("a/service.rs", takes)))), ["Json"]);
    assert_eq!(keys(rules::actix_inside(&tree(&files("a/routes.rs", takes)))), [""; 0]);
    let limits = "use crate::http::Limits; pub fn f(_: Limits) {}";
    assert_eq!(keys(rules::actix_inside(&tree(&files("a/service.rs", limits)))), [""; 0]);
    let guard = "use crate::identity::guards::Member; pub fn f(_: Member) {}";
    assert_eq!(keys(rules::actix_inside(&tree(&files("a/service.rs", guard)))), ["a/service.rs"]);
}

#[test]
fn diesel_in_a_service() {
    let text = "use diesel::prelude::*; pub fn f() {}";
    assert_eq!(keys(rules::diesel_outside(&tree(&[("a/service.rs", text)]))), ["a/service.rs"]);
    assert_eq!(keys(rules::diesel_outside(&tree(&[("a/store.rs", text)]))), [""; 0]);
}

#[test]
fn a_decision_that_waits() {
    assert_eq!(keys(rules::impure_rules(&tree(&[("a/rules.rs", "pub async fn f() {}")]))), ["a/rules.rs"]);
    assert_eq!(keys(rules::impure_rules(&tree(&[("a/rules.rs", "pub fn f(_: &mut Conn) {}")]))), ["a/rules.rs"]);
    let innocent = "/// What an async Conn does.\npub fn f() {} #[cfg(test)] mod tests { async fn g(_: Conn) {} }";
    assert_eq!(keys(rules::impure_rules(&tree(&[("a/rules.rs", innocent)]))), [""; 0]);
}

#[test]
fn a_foreign_store_that_is_handed_on() {
    let files = |b: &'static str| {
        [
            ("a/mod.rs", "mod store; pub use store::{find, hold as keep}; pub fn decide() { store::find() }"),
            ("a/store.rs", "pub fn find() {} pub fn hold() {}"),
            ("b/mod.rs", b),
        ]
    };
    for offence in [
        "use crate::a; fn f() { a::find() }",
        "use crate::a as other; fn f() { other::keep() }",
        "fn f() { crate::a::keep() }",
    ] {
        assert_eq!(keys(rules::foreign_stores(&tree(&files(offence)))), ["a/store.rs"], "{offence}");
    }
    assert_eq!(keys(rules::foreign_stores(&tree(&files("fn f() { crate::a::decide() }")))), [""; 0]);
}

#[test]
fn code_after_a_unit_test() {
    let text = "
        #[cfg(test)]
        use crate::b::B;
        pub struct A;
        impl A {
            /// For tests.
            #[must_use]
            #[cfg(test)]
            pub(crate) fn only(&self) -> crate::b::B { crate::b::B }
        }
        #[cfg(test)]
        const FOR_TESTS: [crate::b::B; 1] = { [crate::b::B] };
        #[cfg(test)]
        pub const fn also() { crate::b::B; }
        #[cfg(test)]
        mod tests;
        pub fn f() { actix_web::rt::spawn(crate::c::C); }
    ";
    let files = [
        ("a/mod.rs", text),
        ("a/tests.rs", "use crate::b::B;"),
        ("a/tests/more.rs", "use crate::b::B;"),
        ("b.rs", "pub struct B;"),
        ("c.rs", "pub struct C;"),
    ];
    assert_eq!(named(&files), pairs(&[("a/mod.rs", "c.rs")]));
    assert_eq!(keys(rules::actix_inside(&tree(&files))), ["a/mod.rs"]);
}

#[test]
fn braces_within_braces() {
    let text = "use crate::{a::{deep::{self, Thing, other as name}, Own}, b::{B}}; use super::c::{self}; fn f() { name(c::C) }";
    let files = [
        ("a/mod.rs", "pub mod deep; pub struct Own;"),
        ("a/deep.rs", "pub struct Thing; pub fn other() {}"),
        ("b.rs", "pub struct B;"),
        ("c.rs", "pub struct C;"),
        ("d.rs", text),
    ];
    let all = [("d.rs", "a/deep.rs"), ("d.rs", "a/mod.rs"), ("d.rs", "b.rs"), ("d.rs", "c.rs")];
    assert_eq!(named(&files), pairs(&all));
}

#[test]
fn a_path_within_a_macro() {
    let text = "
        crate::text_enum! { /// A word.
            pub enum Word { One = \"one\" } }
        #[derive(crate::b::Shown)]
        pub struct D;
        pub fn f() { tracing::info!(what = crate::c::C.to_string(), \"said\"); }
    ";
    let files = [
        ("b.rs", "pub struct Shown;"),
        ("c.rs", "pub struct C;"),
        ("d/mod.rs", text),
        ("d/e.rs", "use super::Word; fn f(_: Word) {}"),
        ("words.rs", "#[macro_export] macro_rules! text_enum { ($x:ident) => { $crate::c::C } }"),
    ];
    let all = [
        ("d/e.rs", "d/mod.rs"),
        ("d/mod.rs", "b.rs"),
        ("d/mod.rs", "c.rs"),
        ("d/mod.rs", "words.rs"),
        ("words.rs", "c.rs"),
    ];
    assert_eq!(named(&files), pairs(&all));
}

#[test]
fn a_look_back_at_the_outermost_ring() {
    let files = |path: &'static str, text: &'static str| {
        [("app/mod.rs", "pub struct Portal; pub fn start() {}"), ("pages/mod.rs", "pub struct Page;"), (path, text)]
    };
    let found = |path, text| keys(rules::looks_back(&tree(&files(path, text))));
    assert_eq!(found("a/mod.rs", "use crate::pages::Page; fn f(_: Page) {}"), ["a/mod.rs"]);
    assert_eq!(found("a/mod.rs", "use crate::app::Portal; fn f(_: Portal) {}"), ["a/mod.rs"]);
    assert_eq!(found("a/routes.rs", "use crate::app::start; fn f() { start() }"), ["a/routes.rs"]);
    assert_eq!(found("a/routes.rs", "use crate::app::Portal; fn f(_: Portal) {}"), [""; 0]);
    assert_eq!(found("cli/mod.rs", "use crate::app::start; fn f() { start() }"), [""; 0]);
}

#[test]
fn a_file_too_long() {
    let lines = |count: usize| "// a line\n".repeat(count);
    assert_eq!(keys(rules::long_files(&tree(&[("a/mod.rs", lines(401).as_str())]))), ["a/mod.rs"]);
    assert_eq!(keys(rules::long_files(&tree(&[("a/mod.rs", lines(400).as_str())]))), [""; 0]);
}

#[test]
fn a_function_too_long() {
    for (before, after) in [("", ""), ("impl A {\n", "}"), ("trait A {\n", "}"), ("mod inner {\n", "}")] {
        let text =
            |lines: usize| format!("{before}/// A sentence.\nfn f() {{\n{}}}\n{after}", "g();\n".repeat(lines - 2));
        assert_eq!(keys(rules::long_functions(&tree(&[("a/mod.rs", text(71).as_str())]))), ["a/mod.rs f"], "{before}");
        assert_eq!(keys(rules::long_functions(&tree(&[("a/mod.rs", text(70).as_str())]))), [""; 0], "{before}");
    }
}

#[test]
fn a_file_without_a_head() {
    assert_eq!(keys(rules::without_head(&tree(&[("a/mod.rs", "// A comment.\npub struct A;")]))), ["a/mod.rs"]);
    assert_eq!(keys(rules::without_head(&tree(&[("a/mod.rs", "//! What it is for.\npub struct A;")]))), [""; 0]);
}

#[test]
fn a_map_that_is_untrue() {
    let found =
        |head: &str| keys(rules::untrue_maps(&sources(&[("a/mod.rs", head), ("a/b.rs", ""), ("a/c/mod.rs", "")])));
    assert_eq!(
        found("//! A.\n//!\n//! - `b` what it is; `c` of `x`\n//! - `c::mod` more\n//!\n//! Left out: `y`."),
        [""; 0]
    );
    assert_eq!(
        found("//! A.\n//!\n//! - `b` what it is; `gone` too\n//! - `old`\n//!   and more"),
        ["a/mod.rs gone", "a/mod.rs old"]
    );
}

#[test]
fn a_body_before_rights() {
    let found = |text| keys(rules::bodies_before_rights(&sources(&[("a/routes.rs", text)])));
    let taken = "pub async fn change(who: ActiveContact, id: web::Path<Id>, body: Json<Change>) -> Answer {}";
    assert_eq!(found(taken), ["a/routes.rs change"]);
    let later = "pub async fn change(who: ActiveContact, id: web::Path<Id>, body: Unread<Change>) -> Answer {}";
    assert_eq!(found(later), [""; 0]);
}

#[test]
fn a_form_that_is_read_before_rights_are_known() {
    let found = |text: &str| {
        let above = "\ntype Work<P = Id> = Desk<CanAnswerSurveys, Responses, P>;";
        keys(rules::forms_before_rights(&sources(&[("a/pages/b.rs", text), ("a/pages/mod.rs", above)])))
    };
    for taken in [
        "async fn add(desk: Work<Section>, posted: Posted<Form>) -> Page {}",
        "async fn add(desk: Desk<Authenticated, Letters>, posted: Posted<Form>) -> Page {}",
        "\ntype Own = Desk<CanSignSurveys, Responses>;\nasync fn add(desk: Own, posted: Posted<Form>) -> Page {}",
        "async fn add(who: CanReadSurveys, id: web::Path<Id>, posted: Posted<Form>) -> Page {}",
    ] {
        assert_eq!(found(taken), ["a/pages/b.rs add"], "{taken}");
    }
    for later in [
        "async fn add(desk: Work<Section>, body: UnreadForm<Form>) -> Page {}",
        "async fn add(desk: Desk<Authenticated, Letters, ()>, posted: Posted<Form>) -> Page {}",
        "async fn add(desk: Desk<CanManageSurveys, Rounds>, posted: Posted<Form>) -> Page {}",
    ] {
        assert_eq!(found(later), [""; 0], "{later}");
    }
}
