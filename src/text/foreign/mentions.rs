//! Whether texts of others mention addresses, in any spelling that reports and return paths have for them.
//!
//! The text is read sign by sign as a secret is looked for in it (`signs`): encoded as in URLs and in HTML, marked up,
//! with what is not seen, and wrapped. Codes of quoted-printable that nobody decoded (`=40`) stand for their character. A
//! return path of others contains the address of the reader with another sign in the place of `@` (VERP:
//! `news+awa=x.example@lists.example`), also with the domain first (SRS: `SRS0=a=b=x.example=awa@lists.example`); so do
//! archives that hide addresses from collectors (`awa at x.example`).
//!
//! An address counts as a whole, as in [`names_address`]. Where lines end, it does as well: a text that mentions a longer
//! address which is wrapped within its local part is taken for one that mentions the shorter.
//!
//! Left out: domains in letters of their own for those that are stored as A-labels, and names of X.400.

use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization as _;

use super::signs::signs;
use crate::text::names_address;

/// What stands between local part and domain, beside the usual sign.
const BETWEEN: [&str; 7] = ["=", "=3d", "%", "#", "(at)", "[at]", " at "];
/// What stands between domain and local part where the domain comes first.
const REVERSED: [&str; 3] = ["=", "=3d", "!"];
/// What may belong to a local part, and quotes or separates as often; and to a domain.
const OF_LOCAL: &str = "'!#$%^~{}._-+";
const OF_DOMAIN: &str = "._-";

/// Addresses that are looked for in texts: each text is read once, for all of them.
///
/// The time is in proportion to the text. It hardly grows with the number of addresses, whose local parts and domains
/// are kept as trees: from each sign on, the text is followed along the branches that it has.
#[derive(Clone, Debug, Default)]
pub struct AddressSearch {
    /// The addresses, with their numbers.
    addresses: Vec<(usize, String)>,
    locals: Tree,
    domains: Tree,
    /// The numbers of addresses by the nodes of their local parts and domains.
    pairs: HashMap<(usize, usize), usize>,
}

impl AddressSearch {
    /// A search for these addresses, which are in lower case (`EmailAddress::key`) and numbered in their order.
    #[must_use]
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let mut search = Self::default();
        for (number, address) in addresses.into_iter().enumerate() {
            let is_whole = |(local, domain): &(&str, &str)| !local.is_empty() && !domain.is_empty();
            if let Some((local, domain)) = address.rsplit_once('@').filter(is_whole) {
                let pair = (search.locals.add(local), search.domains.add(domain));
                search.pairs.insert(pair, number);
                search.addresses.push((number, address.to_owned()));
            }
        }
        search
    }

    /// The numbers of the addresses that a text mentions.
    #[must_use]
    pub fn found_in(&self, text: &str) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        if self.addresses.is_empty() {
            return found;
        }
        let lower = text.to_lowercase();
        if lower.contains('@') {
            let named = self.addresses.iter().filter(|(_, address)| names_address(&lower, address));
            found.extend(named.map(|(number, _)| *number));
        }
        self.find(&Letters::of(text), &mut found);
        // What stands between angle brackets may be taken for a tag, and an address for what is said in one.
        if text.contains('<') {
            self.find(&Letters::of(&text.replace('<', " ")), &mut found);
        }
        found
    }

    fn find(&self, letters: &Letters, found: &mut BTreeSet<usize>) {
        for from in 0..letters.0.len() {
            for (local, at) in letters.along(from, &self.locals) {
                self.find_usual(letters, (from, local, at), found);
            }
            for (domain, at) in letters.along(from, &self.domains) {
                self.find_reversed(letters, (from, domain, at), found);
            }
        }
    }

    /// Finds addresses whose local part begins here, with one sign or another before the domain.
    fn find_usual(&self, letters: &Letters, (from, local, at): (usize, usize, usize), found: &mut BTreeSet<usize>) {
        let usual = letters.behind(at, "@").filter(|_| !letters.goes_on_before(from, OF_LOCAL));
        let others = BETWEEN.iter().filter_map(|sign| letters.behind(at, sign)).filter(|_| !letters.is_glued(from));
        for at in usual.into_iter().chain(others) {
            for (domain, end) in letters.along(at, &self.domains) {
                if let Some(number) = self.pairs.get(&(local, domain))
                    && !letters.goes_on_behind(end, &['.', '-'])
                {
                    found.insert(*number);
                }
            }
        }
    }

    /// Finds addresses whose domain begins here, and whose local part follows.
    fn find_reversed(&self, letters: &Letters, (from, domain, at): (usize, usize, usize), found: &mut BTreeSet<usize>) {
        for at in REVERSED.iter().filter_map(|sign| letters.behind(at, sign)) {
            for (local, end) in letters.along(at, &self.locals) {
                if let Some(number) = self.pairs.get(&(local, domain))
                    && !letters.goes_on_behind(end, &['.', '-', '_', '+'])
                    && !letters.goes_on_before(from, OF_DOMAIN)
                {
                    found.insert(*number);
                }
            }
        }
    }
}

/// Texts as a tree of their characters. The number of a text is that of the node where it ends; the root has 0.
#[derive(Clone, Debug)]
struct Tree(Vec<Node>);

#[derive(Clone, Debug, Default)]
struct Node {
    next: HashMap<char, usize>,
    is_end: bool,
}

impl Default for Tree {
    fn default() -> Self {
        Self(vec![Node::default()])
    }
}

impl Tree {
    /// Adds a text, unless it is there; returns its number.
    fn add(&mut self, text: &str) -> usize {
        let mut at = 0;
        for c in text.chars() {
            at = if let Some(next) = self.next(at, c) {
                next
            } else {
                let new = self.0.len();
                self.0.push(Node::default());
                if let Some(node) = self.0.get_mut(at) {
                    node.next.insert(c, new);
                }
                new
            };
        }
        if let Some(node) = self.0.get_mut(at) {
            node.is_end = true;
        }
        at
    }

    fn next(&self, at: usize, c: char) -> Option<usize> {
        self.0.get(at)?.next.get(&c).copied()
    }

    fn is_end(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|node| node.is_end)
    }
}

/// A sign in lower case.
struct Letter {
    read: char,
    /// Whether a line ends before it.
    joined: bool,
}

/// A text sign by sign.
struct Letters(Vec<Letter>);

impl Letters {
    fn of(text: &str) -> Self {
        let text: String = text.nfc().collect();
        let lower = signs(&text).into_iter().flat_map(|sign| {
            let joined = sign.joined;
            sign.read.to_lowercase().enumerate().map(move |(at, read)| Letter { read, joined: joined && at == 0 })
        });
        Self(lower.collect())
    }

    /// The texts of a tree that begin here: their numbers, and where they end.
    fn along(&self, from: usize, tree: &Tree) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut places: Vec<(usize, usize)> = self.steps(from, 0, tree).collect();
        while !places.is_empty() {
            found.extend(places.iter().copied().filter(|(node, _)| tree.is_end(*node)));
            let mut next: Vec<(usize, usize)> =
                places.iter().flat_map(|(node, at)| self.steps(*at, *node, tree)).collect();
            // The same place is reached in several ways where signs are encoded.
            next.sort_unstable();
            next.dedup();
            places = next;
        }
        found
    }

    /// The next nodes of a tree by what may be read here, and where the text goes on.
    fn steps(&self, at: usize, node: usize, tree: &Tree) -> impl Iterator<Item = (usize, usize)> {
        let readings = self.readings(at).into_iter().flatten();
        readings.filter_map(move |(read, next)| Some((tree.next(node, read)?, next)))
    }

    /// Where a text ends that begins here.
    fn behind(&self, from: usize, wanted: &str) -> Option<usize> {
        wanted.chars().try_fold(from, |at, wanted| self.behind_sign(at, wanted))
    }

    fn behind_sign(&self, at: usize, wanted: char) -> Option<usize> {
        self.readings(at).into_iter().flatten().find(|(read, _)| *read == wanted).map(|(_, next)| next)
    }

    /// What may be read here, and where the text goes on: the sign itself, and what an equals sign encodes.
    fn readings(&self, at: usize) -> [Option<(char, usize)>; 2] {
        let Some(first) = self.0.get(at) else { return [None, None] };
        [Some((first.read, at + 1)), if first.read == '=' { self.behind_equals(at) } else { None }]
    }

    fn behind_equals(&self, at: usize) -> Option<(char, usize)> {
        let next = self.0.get(at + 1)?;
        // Before a line end it only says that the line goes on (RFC 2045, 6.7).
        if next.joined { Some((next.read, at + 2)) } else { Some((self.coded(at)?, at + 3)) }
    }

    /// The character whose code in quoted-printable stands here.
    fn coded(&self, at: usize) -> Option<char> {
        let [sign, high, low] = self.0.get(at..at + 3)? else { return None };
        let code = high.read.to_digit(16)? * 16 + low.read.to_digit(16)?;
        (sign.read == '=').then(|| char::from_u32(code)).flatten()
    }

    /// Whether what stands before goes on: a letter or a digit, and these marks behind it.
    fn goes_on_before(&self, from: usize, marks: &str) -> bool {
        let (mut at, mut is_marked) = (from, false);
        while !self.begins_line(at) {
            at -= 1;
            match self.0.get(at).map(|letter| letter.read) {
                // No local part has two dots side by side.
                Some('.') if at > 0 && self.0.get(at - 1).is_some_and(|letter| letter.read == '.') => return false,
                Some(read) if marks.contains(read) => is_marked = true,
                Some(read) => return read.is_alphanumeric() && (is_marked || !self.ends_code(at)),
                None => return false,
            }
        }
        false
    }

    /// Whether a letter or a digit stands before: in a return path, marks part the address from what is before it.
    fn is_glued(&self, from: usize) -> bool {
        let before = || from.checked_sub(1).filter(|before| !self.ends_code(*before)).and_then(|at| self.0.get(at));
        !self.begins_line(from) && before().is_some_and(|letter| letter.read.is_alphanumeric())
    }

    /// Whether what stands behind goes on: these marks, and a letter or a digit.
    fn goes_on_behind(&self, end: usize, marks: &[char]) -> bool {
        let rest = self.0.get(end..).unwrap_or_default();
        let line = rest.iter().take_while(|letter| !letter.joined);
        line.map(|letter| letter.read).find(|read| !marks.contains(read)).is_some_and(char::is_alphanumeric)
    }

    fn begins_line(&self, at: usize) -> bool {
        at == 0 || self.0.get(at).is_none_or(|letter| letter.joined)
    }

    /// Whether a code of quoted-printable ends here, as that of the bracket in `=3Cawa@x.example`.
    fn ends_code(&self, at: usize) -> bool {
        at.checked_sub(2).and_then(|from| self.coded(from)).is_some_and(|read| !read.is_alphanumeric())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ADDRESS: &str = "xanthippe@customs-ke.example";

    fn mentions(text: &str, address: &str) -> bool {
        !AddressSearch::of([address]).found_in(text).is_empty()
    }

    #[test]
    fn a20_many_addresses_are_looked_for_at_once() {
        let others = (0..1_000).map(|number| format!("x{number}@customs-ke.example"));
        let addresses: Vec<String> =
            others.chain([ADDRESS, "xanthippe@x.example", "e", "x@x.example"].map(str::to_owned)).collect();
        let search = AddressSearch::of(addresses.iter().map(String::as_str));
        let found = |text: &str| search.found_in(text).into_iter().collect::<Vec<_>>();
        assert_eq!(
            found("x7=40customs-ke.example, to xanthippe%40customs-ke.example and x@x.example"),
            [7, 1_000, 1_003]
        );
        assert_eq!(found("SRS0=a=b=x.example=xanthippe@lists.example"), [1_001]);
        assert_eq!(found("x1000@customs-ke.example x@customs-ke.example xanthippe@y.example e"), [0_usize; 0]);
    }

    #[test]
    fn a_sign_that_is_read_in_two_ways_does_not_double_the_work() {
        let address = format!("{}@x.example", "=".repeat(60));
        assert!(!mentions(&"=\n".repeat(500), &address));
        assert!(mentions("a=3Db@x.example", "a=b@x.example") && mentions("a=b@x.example", "a=b@x.example"));
    }

    #[test]
    fn a20_an_address_is_mentioned_in_any_spelling() {
        for text in [
            "xanthippe@customs-ke.example",
            "XANTHIPPE@CUSTOMS-KE.EXAMPLE",
            "bounce xanthippe=customs-ke.example@lists.x.example",
            "news-bounces+xanthippe=customs-ke.example@lists.x.example",
            "list-return-12-xanthippe=customs-ke.example@lists.x.example",
            "news+xanthippe=3Dcustoms-ke.example@lists.x.example",
            "SRS0=ab=cd=customs-ke.example=xanthippe@lists.x.example",
            "SRS1=ab=y.example==cd=ef=customs-ke.example=xanthippe@lists.x.example",
            "prvs=0123abcd=xanthippe@customs-ke.example",
            "xanthippe%customs-ke.example@gate.x.example",
            "x!customs-ke.example!xanthippe",
            "xanthippe%40customs-ke.example",
            "to=xanthippe%2540customs-ke.example&x",
            "xanthippe=40customs-ke.example",
            "=3Cxanthippe=40customs=2Dke.example=3E",
            "xanthippe@customs-\r\nke.example",
            "xanthippe@customs-=\r\nke.example",
            "xanthippe@\r\ncustoms-ke.example",
            "Dear\r\n> xanthippe\r\n> @customs-ke.example\r\n> Hello",
            "xanthippe&#64;customs-ke.example",
            "xanthippe&#x40;customs-ke.example",
            "xanthippe&commat;customs-ke&period;example",
            "xanthippe\u{ff20}customs-ke.example",
            "xanthippe\u{fe6b}customs-ke.example",
            "ｘａｎｔｈｉｐｐｅ@customs-ke.example",
            "xanthippe\u{200b}@customs-ke.example",
            "xan\u{ad}thippe@customs-ke\u{2060}.example",
            "xanthippe@<wbr>customs-ke.example",
            "<b>xanthippe</b>@<i>customs-ke.example</i>-Vortigern",
            "<a href=\"mailto:xanthippe@customs-ke.example\">her</a>",
            "<a href=\"mailto:xanthippe%40customs-ke.example\">her</a>",
            "<xanthippe\r\n@customs-ke.example>",
            "_xanthippe@customs-ke.example_",
            "...xanthippe@customs-ke.example",
            "see below...xanthippe@customs-ke.example",
            "- xanthippe@customs-ke.example.",
            "xanthippe(at)customs-ke.example",
            "xanthippe[at]customs-ke.example",
            "xanthippe at customs-ke.example",
        ] {
            assert!(mentions(text, ADDRESS), "{text:?}");
        }
        assert!(mentions("n\u{75}\u{301}mero%40x.example", "n\u{fa}mero@x.example"), "composed or not");
    }

    #[test]
    fn a20_another_address_is_none() {
        let address = "e@customs.example";
        for text in [
            "kwame@customs.example",
            "kwame%40customs.example",
            "kwame=customs.example@lists.example",
            "kwame at customs.example",
            "awa.e@customs.example",
            "awa_e\u{ff20}customs.example",
            "awa+e&#64;customs.example",
            "d'e@customs.example",
            "\u{e9}e%40customs.example",
            "e@customs.example.org",
            "e%40customs.examples",
            "e=customs.example-two.org@lists.example",
            "e@elsewhere.example",
            "SRS0=a=b=customs.example=e.diop@lists.example",
            "SRS0=a=b=mail.customs.example=e@lists.example",
            "SRS0=a=b=customs.example=kwame@lists.example",
            "e customs.example",
            "e\n\n@customs.example",
            "",
        ] {
            assert!(!mentions(text, address), "{text:?}");
        }
        for address in ["", "@", "e", "e@", "@customs.example"] {
            assert!(!mentions("e@customs.example e= @ !", address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn a20_no_width_of_lines_hides_an_address(width in 3_usize..40, mark in "(> ){0,2}", soft in any::<bool>()) {
            let text: Vec<char> = format!("gone: <{ADDRESS}>, for good").chars().collect();
            let end = format!("{}\r\n{mark}", if soft { "=" } else { "" });
            let lines: Vec<String> = text.chunks(width).map(|line| line.iter().collect()).collect();
            prop_assert!(mentions(&lines.join(&end), ADDRESS));
        }
    }
}
