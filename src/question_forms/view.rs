//! The view of a section: blocks of notes and fields, as `templates/surveys/fields.html` writes them.

use super::{FieldView, Said};

/// A matrix: the same choice for each row.
#[derive(Clone, Debug)]
pub struct MatrixView {
    /// Its anchor.
    pub name: String,
    /// What is asked.
    pub label: Said,
    /// What helps to answer.
    pub hint: Said,
    /// Whether answers are due.
    pub is_required: bool,
    /// Whether one of the options is chosen in each row, or any of them.
    pub is_radios: bool,
    /// The heads of the columns; none where rows are no choices.
    pub columns: Vec<Said>,
    /// Links below it.
    pub links: Vec<(String, String)>,
    /// The rows, as many at a time as stand below one row of heads.
    pub bands: Vec<Vec<FieldView>>,
}

/// Most columns that stand beside each other.
const MOST_COLUMNS: usize = 10;

impl MatrixView {
    /// The class of a grid with so many columns; empty where the rows are better stacked.
    #[must_use]
    pub fn grid(&self) -> String {
        let columns = self.columns.len() + usize::from(self.is_radios);
        if self.columns.is_empty() || columns > MOST_COLUMNS { String::new() } else { format!("grid of-{columns}") }
    }
}

#[expect(clippy::large_enum_variant, reason = "nearly all contents are fields")]
#[derive(Clone, Debug)]
pub(super) enum Content {
    Note(Said),
    Field(FieldView),
    Matrix(MatrixView),
}

/// A note, a question or a matrix.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its code.
    pub code: String,
    /// Whether it is shown by a rule, its own or that of its group.
    pub is_ruled: bool,
    /// Whether it is shown now.
    pub is_shown: bool,
    pub(super) content: Content,
}

impl Part {
    /// The text of a note.
    #[must_use]
    pub fn note(&self) -> Option<&Said> {
        match &self.content {
            Content::Note(text) => Some(text),
            _ => None,
        }
    }

    /// The field of a question.
    #[must_use]
    pub fn field(&self) -> Option<&FieldView> {
        match &self.content {
            Content::Field(field) => Some(field),
            _ => None,
        }
    }

    /// A matrix.
    #[must_use]
    pub fn matrix(&self) -> Option<&MatrixView> {
        match &self.content {
            Content::Matrix(matrix) => Some(matrix),
            _ => None,
        }
    }

    /// Its fields to which a colleague has given another value.
    #[must_use]
    pub fn conflicts(&self) -> Vec<&FieldView> {
        let fields: Vec<&FieldView> = match &self.content {
            Content::Note(_) => Vec::new(),
            Content::Field(field) => vec![field],
            Content::Matrix(matrix) => matrix.bands.iter().flatten().collect(),
        };
        fields.into_iter().filter(|field| field.conflict.is_some()).collect()
    }

    /// Puts links below it: address and text. A note has none.
    pub fn set_links(&mut self, links: Vec<(String, String)>) {
        match &mut self.content {
            Content::Note(_) => {}
            Content::Field(field) => field.links = links,
            Content::Matrix(matrix) => matrix.links = links,
        }
    }

    /// Its fields.
    pub fn fields_mut(&mut self) -> Vec<&mut FieldView> {
        match &mut self.content {
            Content::Note(_) => Vec::new(),
            Content::Field(field) => vec![field],
            Content::Matrix(matrix) => matrix.bands.iter_mut().flatten().collect(),
        }
    }
}

/// Parts under a heading, or without one.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The code of the group; empty for what is in none.
    pub code: String,
    /// The heading.
    pub heading: Said,
    /// Whether it is shown by a rule of its own.
    pub is_ruled: bool,
    /// Whether it is shown now.
    pub is_shown: bool,
    /// What is in it.
    pub parts: Vec<Part>,
}

/// A section as a form.
#[derive(Clone, Debug)]
pub struct SectionForm {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: Said,
    /// The language in which its fields show numbers.
    pub language: String,
    /// Whether it is asked at all.
    pub is_shown: bool,
    /// What is in it.
    pub blocks: Vec<Block>,
}

impl SectionForm {
    /// All its fields.
    pub fn fields_mut(&mut self) -> impl Iterator<Item = &mut FieldView> {
        self.blocks.iter_mut().flat_map(|block| &mut block.parts).flat_map(Part::fields_mut)
    }
}
