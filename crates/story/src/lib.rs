//! `#[story]` makes a function a test on each database. The tests stand beside it in a module of its name: `name::sqlite` and
//! `name::postgres`.
//!
//! The function takes a portal or a database: what the trait `Given` of `tests/it/support/backend.rs` makes. The brackets
//! hold settings in which the portal of this story differs, and the name of a database if the story runs on that one alone:
//!
//! ```ignore
//! #[story("announcements.approval_above=1")]
//! fn an_announcement_to_many_needs_a_second_person(t: TestApp) { … }
//!
//! #[story(postgres)]
//! fn a_database_that_is_cut_off_comes_back(database: &'static Backend) { … }
//! ```
//!
//! An attribute leaves the function to editors and to `rustfmt`. `macro_rules` makes none, and does not format what it wraps.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Makes a function a test on each database.
#[proc_macro_attribute]
pub fn story(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let is_fn = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn");
    let Some(name) = function.clone().into_iter().skip_while(|token| !is_fn(token)).nth(1) else {
        return code("compile_error!(\"a story is a function\");");
    };
    let (mut databases, mut settings) = (Vec::new(), Vec::new());
    for argument in arguments {
        match argument {
            TokenTree::Ident(database) => databases.push(database.to_string()),
            TokenTree::Literal(setting) => settings.push(setting.to_string()),
            TokenTree::Group(_) | TokenTree::Punct(_) => {}
        }
    }
    if databases.is_empty() {
        databases = vec!["sqlite".to_owned(), "postgres".to_owned()];
    }
    let settings = settings.join(", ");
    let tests = databases.iter().map(|database| {
        let given = format!("crate::support::backend::Given::given(backend, &[{settings}])");
        let told = format!("crate::support::backend::{database}(|backend| super::{name}({given}))");
        code(&format!("#[test] fn {database}() {{ {told} }}"))
    });
    let tests = TokenTree::Group(Group::new(Delimiter::Brace, tests.collect()));
    let module = TokenTree::Ident(Ident::new("mod", Span::call_site()));
    function.into_iter().chain([module, name, tests]).collect()
}

fn code(text: &str) -> TokenStream {
    text.parse().expect("the code of a test is Rust")
}
