//! A page as a browser opened it: what it says, its links, buttons and fields, and the errors at them.

use std::cell::OnceCell;

use portal::demo::client::Answer;
use scraper::{ElementRef, Html, Selector};

/// Elements that do not end a word of the text.
const INLINE: [&str; 19] = [
    "a", "abbr", "b", "bdi", "code", "del", "em", "i", "ins", "mark", "q", "small", "span", "strong", "sub", "sup",
    "time", "u", "wbr",
];

/// A page as it was opened.
pub struct Page {
    pub status: u16,
    /// Where it is, after redirects: path and query.
    pub path: String,
    pub html: String,
    pub answer: Answer,
    /// What is in it, from the first question on: stories ask a page many times.
    parsed: OnceCell<Html>,
}

impl Page {
    /// The page at this path that was answered so.
    pub fn of(path: String, answer: Answer) -> Self {
        Self { status: answer.status, path, html: answer.text.clone(), answer, parsed: OnceCell::new() }
    }

    /// What is in it.
    pub fn document(&self) -> &Html {
        self.parsed.get_or_init(|| Html::parse_document(&self.html))
    }

    /// Its title.
    pub fn title(&self) -> String {
        let document = self.document();
        text_of(only(document, "head > title", &self.path))
    }

    /// Its text, as it is read: white space is one space.
    pub fn text(&self) -> String {
        let document = self.document();
        text_of(only(document, "body", &self.path))
    }

    /// Whether its text has this in it.
    pub fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Whether an element fits this CSS selector.
    pub fn shows(&self, css: &str) -> bool {
        self.document().select(&selector(css)).next().is_some()
    }

    /// The address of the link with this text.
    pub fn link(&self, text: &str) -> String {
        let document = self.document();
        let links = |css: &str| -> Vec<String> {
            let such = selector(css);
            let named = document.select(&such).filter(|link| is_named(*link, text));
            let mut found: Vec<String> = named.filter_map(|link| link.attr("href").map(str::to_owned)).collect();
            found.dedup();
            found
        };
        let inside = links("main a[href]");
        let found = if inside.is_empty() { links("a[href]") } else { inside };
        match found.as_slice() {
            [one] => one.clone(),
            [] => panic!("no link {text:?} on {}: {}", self.path, self.text()),
            many => panic!("which link {text:?} on {} is meant? {many:?}", self.path),
        }
    }

    /// The text at a field that was refused; empty where nothing is wrong with it.
    pub fn error(&self, field: &str) -> String {
        let document = self.document();
        let such = selector(&format!("[id=\"{field}-wrong\"]"));
        let Some(wrong) = document.select(&such).next() else { return String::new() };
        // The word for an error before it is for those who do not see its colour.
        let texts = wrong.children().filter_map(|child| child.value().as_text().map(|text| text.to_string()));
        words(&texts.collect::<String>())
    }

    /// The value that a field shows.
    pub fn value(&self, field: &str) -> String {
        let document = self.document();
        let control = only(document, &format!("main [name={field:?}]"), &self.path);
        values(control).into_iter().next().unwrap_or_default()
    }

    /// The value of the option of a select whose text begins so.
    pub fn option(&self, field: &str, text: &str) -> String {
        let document = self.document();
        let options = selector(&format!("select[name={field:?}] option"));
        let such = document.select(&options).find(|option| text_of(*option).starts_with(text));
        such.and_then(|option| option.attr("value")).unwrap_or_else(|| panic!("no option {text:?}")).to_owned()
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.header(name)
    }

    /// Whether it is the second step of a login.
    pub fn asks_for_code(&self) -> bool {
        self.shows("form[action=\"/login/code\"]")
    }

    /// An address on this page as path and query.
    pub fn resolve(&self, address: &str) -> String {
        let base = url::Url::parse("https://portal.example").and_then(|own| own.join(&self.path)).unwrap();
        let whole = base.join(address).unwrap();
        assert_eq!(whole.host_str(), Some("portal.example"), "{address} on {} is another site", self.path);
        whole.query().map_or_else(|| whole.path().to_owned(), |query| format!("{}?{query}", whole.path()))
    }

    /// The button with this text: that of the content, where there is one.
    pub fn button<'a>(&self, document: &'a Html, text: &str) -> ElementRef<'a> {
        let buttons = |css: &str| -> Vec<ElementRef<'a>> {
            document.select(&selector(css)).filter(|button| is_named(*button, text)).collect()
        };
        let inside = buttons("main button");
        let found = if inside.is_empty() { buttons("button") } else { inside };
        match found.as_slice() {
            [one] => *one,
            [] => panic!("no button {text:?} on {}: {}", self.path, self.text()),
            many => panic!("which of {} buttons {text:?} on {} is meant?", many.len(), self.path),
        }
    }
}

/// A CSS selector.
pub fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

/// The only element that fits a selector.
pub fn only<'a>(document: &'a Html, css: &str, path: &str) -> ElementRef<'a> {
    let found: Vec<ElementRef<'a>> = document.select(&selector(css)).collect();
    match found.as_slice() {
        [one] => *one,
        many => panic!("{} of {css} on {path}", many.len()),
    }
}

/// The text of an element, as it is read.
pub fn text_of(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    read(element, &mut text);
    words(&text)
}

fn read(element: ElementRef<'_>, text: &mut String) {
    for child in element.children() {
        if let Some(piece) = child.value().as_text() {
            text.push_str(piece);
        } else if let Some(inner) = ElementRef::wrap(child) {
            let gap = if INLINE.contains(&inner.value().name()) { "" } else { " " };
            text.push_str(gap);
            read(inner, text);
            text.push_str(gap);
        }
    }
}

/// White space as one space; a space that does not break is a letter.
fn words(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_named(element: ElementRef<'_>, text: &str) -> bool {
    text_of(element) == text || element.attr("aria-label") == Some(text)
}

/// Whether a control is chosen, not filled in.
pub fn is_choice(control: ElementRef<'_>) -> bool {
    matches!(control.attr("type"), Some("radio" | "checkbox"))
}

/// What a control would send as it is shown.
pub fn values(control: ElementRef<'_>) -> Vec<String> {
    let value = |element: ElementRef<'_>| element.attr("value").map_or_else(|| text_of(element), str::to_owned);
    match control.value().name() {
        "textarea" => vec![control.text().collect()],
        "select" => {
            let options: Vec<ElementRef<'_>> = control.select(&selector("option")).collect();
            let chosen: Vec<String> = options
                .iter()
                .filter(|option| option.attr("selected").is_some())
                .map(|option| value(*option))
                .collect();
            if chosen.is_empty() && control.attr("multiple").is_none() {
                return options.first().map(|option| value(*option)).into_iter().collect();
            }
            chosen
        }
        _ if is_choice(control) => {
            let is_checked = control.attr("checked").is_some();
            is_checked.then(|| control.attr("value").unwrap_or("on").to_owned()).into_iter().collect()
        }
        _ if matches!(control.attr("type"), Some("submit" | "button" | "file")) => Vec::new(),
        _ => vec![control.attr("value").unwrap_or_default().to_owned()],
    }
}
