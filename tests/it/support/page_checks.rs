//! What holds for every page: HTML without faults, one heading and a title that begins with it, the language, labels
//! and references that exist, nothing inline, nothing from other hosts, the strict policy, no key in place of a text,
//! and a bound of its weight.

use std::collections::HashSet;

use portal::i18n::Language;
use scraper::{ElementRef, Html};

use super::page::{Page, only, selector, text_of};

/// The policy of every page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// The policy of a page that loads a script of the portal.
const SCRIPTS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                              form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// The policy of a page whose script saves what is typed.
const CONNECTIONS_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                                  img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// Pages that may load one.
pub const WITH_SCRIPTS: [&str; 11] = [
    "/login",
    "/login/code",
    "/login/passkey",
    "/prove",
    "/prove/passkey",
    "/account/security/passkeys/new",
    "/account/security/password",
    "/verify",
    "/reset",
    "/invitation",
    "/setup",
];
/// Most bytes of a page before it is compressed.
const HEAVIEST: usize = 60_000;
/// The word before the title of a form that was refused.
const ERROR: [&str; 2] = ["Error:", "Erreur\u{a0}:"];
/// How the keys of the texts of pages begin.
const KEYS: [&str; 11] =
    ["page-", "field-", "notice-", "menu-", "layout-", "form-", "failure-", "link-", "status-", "role-", "problem-"];

/// Checks a page.
#[track_caller]
pub fn check(page: &Page) {
    let wrong = faults(page);
    assert!(wrong.is_empty(), "{} ({}): {wrong:#?}\n{}", page.path, page.status, page.html);
}

/// All that is wrong with a page.
fn faults(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    head(page, &mut faults);
    if !faults.is_empty() {
        return faults;
    }
    let document = page.document();
    faults.extend(document.errors.iter().map(|error| format!("HTML: {error}")));
    outline(document, page, &mut faults);
    references(document, &mut faults);
    controls(document, &mut faults);
    origins(document, &mut faults);
    texts(document, &mut faults);
    faults
}

/// Status, headers and weight.
fn head(page: &Page, faults: &mut Vec<String>) {
    let mut expect = |holds: bool, what: String| {
        if !holds {
            faults.push(what);
        }
    };
    let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
    expect(matches!(page.status, 200..=299 | 400..=499), format!("status {}", page.status));
    let media_type = header("content-type");
    expect(media_type == "text/html; charset=utf-8", format!("content-type: {media_type}"));
    let policy = header("content-security-policy");
    let path = page.path.split('?').next().unwrap_or_default();
    let saves = path.starts_with("/responses/") && path.contains("/sections/");
    let wanted = match page.html.contains("<script") {
        true if saves => CONNECTIONS_POLICY,
        true if WITH_SCRIPTS.contains(&path) => SCRIPTS_POLICY,
        _ => POLICY,
    };
    expect(policy == wanted, format!("content-security-policy: {policy}"));
    expect(header("x-content-type-options") == "nosniff", "no nosniff".to_owned());
    expect(page.html.starts_with("<!DOCTYPE html>"), "no doctype".to_owned());
    expect(page.html.len() <= HEAVIEST, format!("{} bytes", page.html.len()));
}

/// Title, headings, landmarks and language.
fn outline(document: &Html, page: &Page, faults: &mut Vec<String>) {
    let headings: Vec<ElementRef<'_>> = document.select(&selector("h1, h2, h3, h4, h5, h6")).collect();
    let level = |heading: &ElementRef<'_>| heading.value().name().trim_start_matches('h').parse::<u8>().unwrap_or(0);
    let firsts: Vec<usize> = (0..headings.len()).filter(|at| level(&headings[*at]) == 1).collect();
    let [first] = firsts.as_slice() else {
        faults.push(format!("{} h1", firsts.len()));
        return;
    };
    let levels: Vec<u8> = headings[*first..].iter().map(level).collect();
    if levels.windows(2).any(|pair| pair[1] > pair[0] + 1) {
        faults.push(format!("headings with gaps: {levels:?}"));
    }
    let (title, heading) = (page.title(), text_of(headings[*first]));
    let told = ERROR.iter().find_map(|word| title.strip_prefix(word)).map_or(title.as_str(), str::trim);
    if heading.is_empty() || !told.starts_with(&heading) {
        faults.push(format!("the title {title:?} does not begin with the heading {heading:?}"));
    }
    for landmark in ["body > header", "body > footer", "main#main"] {
        only(document, landmark, &page.path);
    }
    let html = document.root_element();
    let (lang, told) = (html.attr("lang").unwrap_or_default(), page.header("content-language").unwrap_or_default());
    let direction = Language::parse(lang).map(Language::direction);
    if lang != told || html.attr("dir") != direction {
        faults.push(format!("lang {lang:?}, dir {:?}, content-language {told:?}", html.attr("dir")));
    }
}

/// Ids, and what refers to them.
fn references(document: &Html, faults: &mut Vec<String>) {
    let mut ids = HashSet::new();
    for element in document.select(&selector("[id]")) {
        let id = element.attr("id").unwrap_or_default();
        if id.is_empty() || id.contains(char::is_whitespace) || !ids.insert(id) {
            faults.push(format!("the id {id:?} is none, or twice there"));
        }
    }
    for name in ["for", "aria-describedby", "aria-labelledby", "aria-controls", "form"] {
        for element in document.select(&selector(&format!("[{name}]"))) {
            let named = element.attr(name).unwrap_or_default();
            let missing: Vec<&str> = named.split_ascii_whitespace().filter(|id| !ids.contains(id)).collect();
            if named.trim().is_empty() || !missing.is_empty() {
                faults.push(format!("{name}={named:?} of {} leads nowhere", element.value().name()));
            }
        }
    }
    for link in document.select(&selector("a[href^='#']")) {
        let to = link.attr("href").unwrap_or_default().trim_start_matches('#');
        if !ids.contains(to) {
            faults.push(format!("a link leads to #{to}, which is not there"));
        }
    }
}

/// Forms, fields, buttons, links and tables.
fn controls(document: &Html, faults: &mut Vec<String>) {
    let labels: HashSet<&str> =
        document.select(&selector("label[for]")).filter_map(|label| label.attr("for")).collect();
    for field in document.select(&selector("input, select, textarea")) {
        if matches!(field.attr("type"), Some("hidden" | "submit")) {
            continue;
        }
        let is_wrapped = field.ancestors().filter_map(ElementRef::wrap).any(|around| around.value().name() == "label");
        let is_named = field.attr("aria-label").or_else(|| field.attr("aria-labelledby")).is_some();
        if !is_wrapped && !is_named && !field.attr("id").is_some_and(|id| labels.contains(id)) {
            faults.push(format!("the field {:?} has no label", field.attr("name")));
        }
    }
    for (css, what) in [
        ("button:not([type])", "a button without a type"),
        ("form:not([method])", "a form without a method"),
        ("form:not([action])", "a form without an action"),
        ("th:not([scope])", "a head of a table without its scope"),
        ("img:not([alt])", "a picture without its text"),
        ("[style]", "a style in an element"),
        ("style", "a style sheet within"),
        ("script:not([src])", "a script within"),
        ("[tabindex]:not([tabindex='0']):not([tabindex='-1'])", "a tab order"),
    ] {
        let shown = selector(css);
        let outside = document.select(&shown).filter(|element| !is_within(*element, "article"));
        faults
            .extend(outside.map(|element| format!("{what}: {}", element.html().chars().take(120).collect::<String>())));
    }
    for table in document.select(&selector("table")).filter(|table| !is_within(*table, "article")) {
        if table.select(&selector("caption")).next().is_none() {
            faults.push("a table without a caption".to_owned());
        }
    }
    for element in document.select(&selector("a[href], button")) {
        if text_of(element).is_empty() && element.attr("aria-label").is_none() {
            faults.push(format!("nothing to read: {}", element.html()));
        }
    }
}

/// Whether an element lies in another, as what a person wrote lies in an article.
fn is_within(element: ElementRef<'_>, name: &str) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).any(|around| around.value().name() == name)
}

/// What is loaded, and where forms are sent.
fn origins(document: &Html, faults: &mut Vec<String>) {
    let is_own =
        |address: &str| (address.starts_with('/') && !address.starts_with("//")) || address.starts_with(['#', '?']);
    for element in document.select(&selector("*")) {
        let name = element.value().name();
        for (attribute, value) in element.value().attrs() {
            let is_loaded = attribute == "src"
                || attribute == "srcset"
                || attribute == "formaction"
                || attribute == "action"
                || (attribute == "href" && name != "a");
            if is_loaded && !is_own(value) {
                faults.push(format!("{attribute}={value:?} of {name} is not of this portal"));
            }
            if attribute.starts_with("on") {
                faults.push(format!("a script in {attribute} of {name}"));
            }
            if name == "a" && attribute == "href" && value.trim().to_ascii_lowercase().starts_with("javascript:") {
                faults.push(format!("a script behind a link: {value}"));
            }
        }
    }
}

/// Keys in place of texts, and places in texts that nothing fills.
fn texts(document: &Html, faults: &mut Vec<String>) {
    let is_key = |text: &str| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        is_plain && KEYS.iter().any(|key| text.starts_with(key))
    };
    let pieces = document.root_element().text().map(str::trim);
    let all = selector("[aria-label], [title], [alt], [placeholder]");
    let hidden = document.select(&all).flat_map(|element| {
        ["aria-label", "title", "alt", "placeholder"].into_iter().filter_map(move |name| element.attr(name))
    });
    for text in pieces.chain(hidden) {
        if is_key(text) || text.contains("{ $") || text.contains("{$") {
            faults.push(format!("no text: {text:?}"));
        }
    }
}
