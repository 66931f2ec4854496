//! What is counted: the questions of a questionnaire whose answers are options or numbers, a matrix row by row.
//!
//! Texts, days, files and questions for the Secretariat alone are not counted. A question under a rule is *routed*:
//! how many were asked tells how others answered, so that its table depends on theirs.

use std::collections::{BTreeMap, BTreeSet};

use questionnaire::{AnswerType, Expression, Item, Question, Questionnaire, Sensitivity};

use crate::artefact::Kind;
use crate::choices::{Choices, allowed_choices};
use crate::conditions::Conditions;

/// The one option of a number.
pub const ANSWERED: &str = "answered";
/// Most steps of a range whose median is told.
const MOST_STEPS: usize = 1_000;

/// Neighbouring options that are told together, by the code of the question or of the row.
pub type Bands = BTreeMap<String, Vec<Vec<String>>>;

/// What is counted of a questionnaire.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) questionnaire: Questionnaire,
    pub(crate) items: Vec<Counted>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) has_rules: bool,
    /// The questions whose answers stand by row.
    pub(crate) matrices: BTreeSet<String>,
}

/// A question that is counted, or a row of a matrix.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub question: String,
    pub row: Option<String>,
    pub concept: Option<String>,
    pub kind: Kind,
    pub options: Vec<String>,
    /// Which options go with no other.
    pub exclusive: Vec<bool>,
    /// Whether whoever is asked has answered, as everybody knows.
    pub is_required: bool,
    pub choices: Choices,
    pub routing: Routing,
    /// Itself, and the questions whose answers its own answer tells ([`Conditions`]).
    pub reveals: Vec<usize>,
    pub bands: Vec<Vec<usize>>,
    /// What its table by region tells instead, where bands are declared.
    pub coarse: Option<Box<Coarse>>,
    /// The numbers of a range in order, as they are written.
    pub steps: Vec<String>,
}

/// A question with fewer options.
#[derive(Clone, Debug)]
pub(crate) struct Coarse {
    pub item: Counted,
    /// The columns that each of its columns adds up.
    pub columns: Vec<Vec<usize>>,
}

impl Counted {
    /// The same with each band as one option; none without bands.
    fn coarse(&self) -> Option<Box<Coarse>> {
        if self.bands.is_empty() || self.kind == Kind::Multiple {
            return None;
        }
        let band_of = |option: &usize| self.bands.iter().find(|band| band.contains(option));
        let mut columns: Vec<Vec<usize>> = Vec::new();
        for option in 0..self.options.len() {
            let members = band_of(&option).cloned().unwrap_or_else(|| vec![option]);
            if !columns.iter().any(|known| known.contains(&option)) {
                columns.push(members);
            }
        }
        let name = |members: &Vec<usize>| {
            members.iter().map(|option| self.options[*option].as_str()).collect::<Vec<_>>().join("+")
        };
        let options: Vec<String> = columns.iter().map(name).collect();
        columns.extend([vec![self.no_answer()], vec![self.not_asked()]]);
        let (exclusive, bands) = (vec![false; options.len()], Vec::new());
        let item = Self { kind: Kind::Single, options, exclusive, bands, ..self.clone() };
        Some(Box::new(Coarse { item, columns }))
    }

    /// The code by which rules and pairs name it.
    pub fn code(&self) -> &str {
        self.row.as_deref().unwrap_or(&self.question)
    }

    /// The column of those that did not answer.
    pub fn no_answer(&self) -> usize {
        self.options.len()
    }

    /// The column of those that were not asked.
    pub fn not_asked(&self) -> usize {
        self.options.len() + 1
    }

    /// How many columns are counted.
    pub fn width(&self) -> usize {
        self.options.len() + 2
    }
}

/// On whose answers it depends whether a question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Routing {
    /// On nothing.
    Always,
    /// On one other with single answers: where all its counts are shown, everybody knows how many were asked.
    One(usize),
    /// On several, on one with several answers, or on something that is not counted; or a constraint binds its answers to
    /// those of another, so that the counts of one bound those of the other; or a constraint rules out some of its
    /// answers in a way that no table takes into account.
    Many,
}

/// Two questions together.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub question: usize,
    pub concept: String,
    pub with: usize,
}

impl Pair {
    /// Whether it is of the same two questions, in either order.
    pub fn is_mirror_of(&self, other: &Self) -> bool {
        [[other.question, other.with], [other.with, other.question]].contains(&[self.question, self.with])
    }
}

impl Plan {
    /// What is counted. Pairs name a question, or a row of a matrix, and the concept of another; those that name
    /// nothing that is counted are left out.
    pub fn new(questionnaire: Questionnaire, pairs: &[(String, String)], bands: &Bands) -> Self {
        let mut found = Vec::new();
        for section in &questionnaire.sections {
            let rules: Vec<&Expression> = section.show_if.iter().collect();
            collect(&section.items, &rules, &mut found);
        }
        let has_rules = found.iter().any(|(_, rules)| !rules.is_empty());
        let is_matrix = |question: &Question| matches!(question.answer, AnswerType::Matrix { .. });
        let matrices = found.iter().filter(|(question, _)| is_matrix(question));
        let matrices = matrices.map(|(question, _)| question.code.clone()).collect();
        let mut items = Vec::new();
        let coupled = coupled(&found);
        for (question, rules) in &found {
            let is_coupled = coupled.contains(question.code.as_str());
            add_question(question, (rules, is_coupled), bands, &mut items);
        }
        reveal(&questionnaire, &mut items);
        let pair = |(question, concept): &(String, String)| {
            let first = items.iter().position(|item: &Counted| item.code() == question)?;
            let is_other = |(number, item): &(usize, &Counted)| {
                *number != first && (item.concept.as_ref() == Some(concept) || item.code() == concept)
            };
            let with = items.iter().enumerate().find(is_other)?.0;
            Some(Pair { question: first, concept: concept.clone(), with })
        };
        let pairs = pairs.iter().filter_map(pair).collect();
        Self { questionnaire, items, pairs, has_rules, matrices }
    }

    /// The codes of the questions whose answers members may know by name, where the administration agrees: not those
    /// that tell an answer which is only counted ([`Conditions`]).
    pub fn community(&self) -> BTreeSet<String> {
        let conditions = Conditions::of(&self.questionnaire);
        let codes = self.questionnaire.questions().map(|(_, question)| &question.code);
        codes.filter(|code| conditions.sensitivity(code) == Sensitivity::Community).cloned().collect()
    }

    /// The first code whose bands are none: it is unknown, its question has no options in order, or one is unknown or
    /// in two bands.
    pub fn wrong_band<'b>(&self, bands: &'b Bands) -> Option<&'b str> {
        let taken = |code: &str, given: &[Vec<String>]| {
            let has_code = |item: &&Counted| item.code() == code || item.question == code;
            let mut items = self.items.iter().filter(has_code).peekable();
            let takes = |item: &Counted| item.bands.len() == given.len() && item.coarse.is_some();
            items.peek().is_some() && items.all(takes)
        };
        bands.iter().find(|(code, given)| !taken(code, given)).map(|(code, _)| code.as_str())
    }

    /// The rows of the matrices about a concept, each after its question.
    pub fn rows_about(&self, concept: &str) -> Vec<(String, String)> {
        let about = self.items.iter().filter(|item| item.concept.as_deref() == Some(concept));
        about.filter_map(|item| Some((item.question.clone(), item.row.clone()?))).collect()
    }
}

/// The questions in order, each with the rules under which it is asked.
fn collect<'q>(items: &'q [Item], rules: &[&'q Expression], found: &mut Vec<(&'q Question, Vec<&'q Expression>)>) {
    let with = |rule: &'q Option<Expression>| rules.iter().copied().chain(rule).collect::<Vec<_>>();
    for item in items {
        match item {
            Item::Note(_) => {}
            Item::Group(group) => collect(&group.items, &with(&group.show_if), found),
            Item::Question(question) => found.push((question, with(&question.show_if))),
        }
    }
}

/// The questions whose answers a constraint binds to those of others, and the others.
fn coupled<'q>(found: &[(&'q Question, Vec<&'q Expression>)]) -> BTreeSet<&'q str> {
    let mut coupled = BTreeSet::new();
    for (question, _) in found {
        let others = question.constraint.iter().flat_map(|constraint| constraint.rule.questions());
        for other in others.filter(|other| *other != question.code) {
            coupled.extend([other, question.code.as_str()]);
        }
    }
    coupled
}

/// Finds out what the answer to each question tells of others.
fn reveal(questionnaire: &Questionnaire, items: &mut [Counted]) {
    let conditions = Conditions::of(questionnaire);
    let questions: Vec<String> = items.iter().map(|item| item.question.clone()).collect();
    for (number, item) in items.iter_mut().enumerate() {
        let told = conditions.told_by(&item.question);
        // One row of a matrix tells nothing of the others.
        let is_told = |(other, question): &(usize, &String)| {
            *other == number || (**question != item.question && told.contains(question.as_str()))
        };
        item.reveals = questions.iter().enumerate().filter(is_told).map(|(other, _)| other).collect();
    }
}

fn add_question(
    question: &Question,
    (rules, is_coupled): (&[&Expression], bool),
    bands: &Bands,
    items: &mut Vec<Counted>,
) {
    if question.sensitivity == Sensitivity::Secretariat {
        return;
    }
    let (rows, answer) = match &question.answer {
        AnswerType::Matrix { rows, cell } => (rows.iter().map(|row| Some(row.code.clone())).collect(), &**cell),
        answer => (vec![None], answer),
    };
    let Some(kind) = kind(answer) else { return };
    let choices = answer.options().unwrap_or_default();
    let options: Vec<String> = match kind {
        Kind::Number => vec![ANSWERED.to_owned()],
        _ => choices.iter().map(|choice| choice.code.clone()).collect(),
    };
    let exclusive = options.iter().map(|code| choices.iter().any(|choice| choice.code == *code && choice.is_exclusive));
    let exclusive: Vec<bool> = exclusive.collect();
    let allowed = allowed_choices(question, kind, &exclusive);
    let routing = if is_coupled || allowed.is_none() { Routing::Many } else { routing(rules, items) };
    for row in rows {
        let own = row.as_ref().and_then(|row| bands.get(row)).or_else(|| bands.get(&question.code));
        let mut item = Counted {
            question: question.code.clone(),
            row,
            concept: question.concept.clone(),
            kind,
            exclusive: exclusive.clone(),
            is_required: question.required,
            choices: allowed.unwrap_or(Choices::any(options.len())),
            routing: routing.clone(),
            reveals: Vec::new(),
            bands: own.map(|bands| numbers(bands, &options)).unwrap_or_default(),
            options: options.clone(),
            steps: steps(answer),
            coarse: None,
        };
        item.coarse = item.coarse();
        items.push(item);
    }
}

fn kind(answer: &AnswerType) -> Option<Kind> {
    match answer {
        AnswerType::Single { .. } => Some(Kind::Single),
        AnswerType::Multiple { .. } => Some(Kind::Multiple),
        AnswerType::Scale { .. } => Some(Kind::Scale),
        AnswerType::Integer { .. } | AnswerType::Decimal { .. } | AnswerType::Range { .. } => Some(Kind::Number),
        _ => None,
    }
}

/// The questions that decide whether one is asked, as far as they are counted.
fn parents(rules: &[&Expression], earlier: &[Counted]) -> Vec<usize> {
    let named: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.questions()).collect();
    let is_named = |item: &Counted| named.contains(item.code()) || named.contains(item.question.as_str());
    (0..earlier.len()).filter(|number| is_named(&earlier[*number])).collect()
}

fn routing(rules: &[&Expression], earlier: &[Counted]) -> Routing {
    let named: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.questions()).collect();
    match (rules, parents(rules, earlier).as_slice()) {
        ([], _) => Routing::Always,
        (_, [parent]) if named.len() == 1 && matches!(earlier[*parent].kind, Kind::Single | Kind::Scale) => {
            Routing::One(*parent)
        }
        _ => Routing::Many,
    }
}

/// Bands as numbers of options; one that names an unknown option, or one of another band, is left out, and one whose
/// options are not neighbours in their order.
fn numbers(bands: &[Vec<String>], options: &[String]) -> Vec<Vec<usize>> {
    let number = |code: &String| options.iter().position(|known| known == code);
    let mut seen = BTreeSet::new();
    let known = bands.iter().filter_map(|band| band.iter().map(number).collect::<Option<Vec<usize>>>());
    let are_neighbours = |band: &[usize]| band.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    let is_band = |band: &Vec<usize>| band.len() > 1 && are_neighbours(band);
    known.filter(|band| is_band(band) && band.iter().all(|option| seen.insert(*option))).collect()
}

/// The numbers of a range, where they are not too many.
fn steps(answer: &AnswerType) -> Vec<String> {
    let AnswerType::Range { start, end, step } = answer else { return Vec::new() };
    let whole = |number: &questionnaire::Decimal| Fixed::of(&number.canonical());
    let (Some(start), Some(end), Some(step)) = (whole(start), whole(end), whole(step)) else { return Vec::new() };
    if step.0 <= 0 || (end.0 - start.0) / step.0 >= i128::try_from(MOST_STEPS).unwrap_or_default() {
        return Vec::new();
    }
    let numbers = std::iter::successors(Some(start.0), |number| Some(number + step.0)).take_while(|n| *n <= end.0);
    numbers.map(|number| Fixed(number).text()).collect()
}

/// A number in billionths.
pub(crate) struct Fixed(i128);

impl Fixed {
    pub fn of(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let padded = format!("{whole}{fraction:0<9}");
        padded.parse().ok().filter(|_| fraction.len() <= 9).map(|number: i128| Self(sign * number))
    }

    pub fn text(&self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = format!("{:0>10}", self.0.unsigned_abs());
        let (whole, fraction) = all.split_at(all.len() - 9);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}
