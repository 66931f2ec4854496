//! How many options an answer may have, as the questionnaire tells everybody.

use questionnaire::{Expression, Operator, Question};

use crate::artefact::Kind;

/// How many options an answer has, as everybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choices {
    pub least: u32,
    pub most: u32,
}

impl Choices {
    /// As many as there are options.
    pub fn any(options: usize) -> Self {
        Self { least: 1, most: u32::try_from(options).unwrap_or(u32::MAX).max(1) }
    }

    /// Those for which a rule of the answer itself holds; none where the rule says anything else, or excludes options
    /// that go with no other.
    fn under(self, rule: &Expression, exclusive: &[bool]) -> Option<Self> {
        let found = self.bounded(rule)?;
        let has_exclusive = exclusive.iter().any(|is_exclusive| *is_exclusive);
        (found.least <= found.most && (found.least == 1 || !has_exclusive)).then_some(found)
    }

    fn bounded(self, rule: &Expression) -> Option<Self> {
        match rule {
            Expression::All(rules) => rules.iter().try_fold(self, Self::bounded),
            Expression::Binary(left, operator, right) => match (&**left, &**right) {
                (Expression::CountSelected(own), Expression::Number(number)) if **own == Expression::Own => {
                    self.within(*operator, number.canonical().parse().ok()?)
                }
                (Expression::Number(number), Expression::CountSelected(own)) if **own == Expression::Own => {
                    self.within(mirrored(*operator), number.canonical().parse().ok()?)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn within(self, operator: Operator, number: u32) -> Option<Self> {
        let (least, most) = match operator {
            Operator::Equal => (number, number),
            Operator::AtMost => (0, number),
            Operator::Less => (0, number.checked_sub(1)?),
            Operator::AtLeast => (number, u32::MAX),
            Operator::More => (number.checked_add(1)?, u32::MAX),
            _ => return None,
        };
        Some(Self { least: self.least.max(least), most: self.most.min(most) })
    }
}

/// The operator that compares the same two the other way round.
fn mirrored(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::More,
        Operator::AtMost => Operator::AtLeast,
        Operator::More => Operator::Less,
        Operator::AtLeast => Operator::AtMost,
        other => other,
    }
}

/// How many options an answer has; none where a constraint rules out answers in another way.
pub(crate) fn allowed_choices(question: &Question, kind: Kind, exclusive: &[bool]) -> Option<Choices> {
    let any = Choices::any(exclusive.len());
    match (&question.constraint, kind) {
        // Of a number only whether there is one is counted.
        (None, _) | (Some(_), Kind::Number) => Some(any),
        (Some(constraint), Kind::Multiple) => any.under(&constraint.rule, exclusive),
        (Some(_), Kind::Single | Kind::Scale) => None,
    }
}
