//! What a unit of work must not do: all others who write wait for it, so nothing is judged or parsed there whose time
//! grows with what strangers sent, and the maintenance deletes a bounded number of rows.
//!
//! A unit of work is a function that takes the connection, or a closure whose parameter is called `conn`. Only calls by
//! their names are seen, not what those call in turn.

use syn::visit::{self, Visit};

use super::rules::Offence;

/// What takes time with a text of others, by module and name.
const COSTLY: [&str; 9] = [
    "name::members",
    "name::person",
    "name::poses",
    "Judged::members",
    "Renaming::judged",
    "rules::parse_again",
    "invitations::parse",
    "foreign::without_secrets",
    "rules::name_change",
];
/// The same, as methods.
const COSTLY_METHODS: [&str; 2] = ["found_in", "is_mentioned"];

/// Costly calls in units of work.
pub fn costly_units(sources: &[(String, String)]) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, text) in sources {
        let Ok(file) = syn::parse_file(text) else { continue };
        let mut calls = Calls { depth: 0, names: Vec::new() };
        calls.visit_file(&file);
        let offence =
            |name: String| Offence { key: path.clone(), what: format!("{path} calls {name} in a unit of work") };
        found.extend(calls.names.into_iter().map(offence));
    }
    found
}

struct Calls {
    /// How many units of work stand around this place.
    depth: usize,
    names: Vec<String>,
}

impl Calls {
    fn within(&mut self, is_unit: bool, visit: impl FnOnce(&mut Self)) {
        self.depth += usize::from(is_unit);
        visit(self);
        self.depth -= usize::from(is_unit);
    }
}

/// Whether a function takes the connection.
fn takes_connection(signature: &syn::Signature) -> bool {
    signature.inputs.iter().any(|input| {
        let syn::FnArg::Typed(typed) = input else { return false };
        let syn::Type::Reference(reference) = &*typed.ty else { return false };
        let syn::Type::Path(named) = &*reference.elem else { return false };
        named.path.segments.last().is_some_and(|last| last.ident == "Conn")
    })
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(takes_connection(&item.sig), |calls| visit::visit_item_fn(calls, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(takes_connection(&item.sig), |calls| visit::visit_impl_item_fn(calls, item));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let is_connection = |input: &syn::Pat| match input {
            syn::Pat::Ident(name) => name.ident == "conn",
            syn::Pat::Type(typed) => matches!(&*typed.pat, syn::Pat::Ident(name) if name.ident == "conn"),
            _ => false,
        };
        let is_unit = closure.inputs.iter().any(is_connection);
        self.within(is_unit, |calls| visit::visit_expr_closure(calls, closure));
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let parts: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let named = parts.get(parts.len().saturating_sub(2)..).unwrap_or_default().join("::");
        if self.depth > 0 && COSTLY.contains(&named.as_str()) {
            self.names.push(named);
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let named = call.method.to_string();
        if self.depth > 0 && COSTLY_METHODS.contains(&named.as_str()) {
            self.names.push(named);
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Sweeps in stores without a limit: how many rows have ended grows with the time in which the portal was stopped, and
/// with floods.
pub fn unbounded_sweeps(sources: &[(String, String)]) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| path.ends_with("store.rs")) {
        let Ok(file) = syn::parse_file(text) else { continue };
        let sweeps = file.items.iter().filter_map(|item| match item {
            syn::Item::Fn(item) if item.sig.ident == "sweep" => Some(&item.block),
            _ => None,
        });
        let is_bounded = |block: &syn::Block| {
            let mut limit = Limit(false);
            limit.visit_block(block);
            limit.0
        };
        let unbounded = sweeps.filter(|block| !is_bounded(block)).count();
        let offence = || Offence { key: path.clone(), what: format!("{path} deletes all that has ended at once") };
        found.extend(std::iter::repeat_with(offence).take(unbounded));
    }
    found
}

/// Whether a statement has a limit.
struct Limit(bool);

impl<'ast> Visit<'ast> for Limit {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.0 |= call.method == "limit";
        visit::visit_expr_method_call(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0 |= text.value().contains("LIMIT");
    }
}

#[test]
fn a_sweep_without_a_limit() {
    let found = |text: &str| unbounded_sweeps(&[("a/store.rs".to_owned(), text.to_owned())]).len();
    assert_eq!(found("fn sweep(conn: &mut Conn) { diesel::delete(t::table.filter(t::at.lt(b))).execute(conn) }"), 1);
    assert_eq!(found("fn sweep(conn: &mut Conn) { t::table.filter(t::at.lt(b)).limit(N).select(t::id) }"), 0);
    assert_eq!(found("fn sweep(conn: &mut Conn) { sql_query(\"DELETE … LIMIT 10000\") }"), 0);
}

#[test]
fn a_costly_unit_of_work() {
    let found = |text: &str| costly_units(&[("a/mod.rs".to_owned(), text.to_owned())]).len();
    for text in [
        "fn f(conn: &mut Conn) { text::name::members(a, b); }",
        "impl A { fn f(&self, conn: &mut Conn) { let c = |x| x.found_in(y); } }",
        "fn f() { db.write(move |conn| Ok(rules::parse_again(a)?)) }",
        "fn f() { db.write(move |_, conn: &mut Conn| b.map(name::poses)) }",
    ] {
        assert_eq!(found(text), 1, "{text}");
    }
    for text in [
        "fn f(conn: &mut Conn) { other::members(a, b); }",
        "fn f() { let judged = Judged::members(a, b); db.write(move |conn| judged.of(c)) }",
        "mod tests { fn f(conn: &mut Conn) { name::poses(a, b); } }",
    ] {
        assert_eq!(found(text), 0, "{text}");
    }
}
