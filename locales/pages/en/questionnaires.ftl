### Surveys: their list, versions of a questionnaire, imports, publication.

field-survey = Code of the survey
field-audience = Who is asked
field-paired_with = Paired survey
field-with_faults = Faults
field-replace = Draft
th-survey = Survey
th-survey-code = Code
th-audience = Who is asked
th-twin = Paired with the survey of
th-published-version = Published
th-draft-version = Draft
th-version = Version
th-changed = Changed on
th-published = Published on
th-sha256 = Fingerprint (SHA-256)
th-questions = Questions
th-sections = Sections
th-questionnaire = Questionnaire
th-texts-in = Languages
th-section = Section
th-question-code = Code
th-show-if = Shown if
th-faults = Faults
th-place = Place
th-fault = What is wrong
th-word = About
th-nearest = Perhaps meant
th-kind = Kind
th-bounds = Bounds
th-required = Required
th-constraint = Must hold
th-concept = Concept
th-sensitivity = Who sees the answers
th-sheet = Sheet
th-note = What was ignored
th-plan-until = Can be used until
audience-of-survey-member = Member administrations
audience-of-survey-partner = Partner agencies
version-state-draft = Draft
version-state-published = Published
survey-version = Version { $number }
survey-version-none = None
survey-draft-none = None
page-surveys = Surveys
    .body = Each survey has a questionnaire in numbered versions. A published version never changes.
    .caption = Surveys
    .none = There is no survey yet.
link-surveys = All surveys
link-survey-new = New survey
survey-new = New survey
    .body = A survey begins without a questionnaire. The next step is to import one from a file.
    .button = Create the survey
    .code = A letter, then letters, digits, hyphens and underscores. It can never be changed.
    .twin = A survey of the other audience that asks about the same concepts, so that the results of both can be compared.
    .alone = None
survey-title-in = Title ({ $language })
notice-survey-made = The survey is created. Now import its questionnaire.
survey-versions =
    .caption = Versions of the questionnaire
    .none = There is no version yet.
link-back-to-survey = Back to the survey
link-back-to-version = Back to the version
link-survey-import = Import a questionnaire
link-survey-replace = Import another questionnaire in its place
link-survey-faults = See the faults
link-survey-xlsx = Download as a workbook (XLSForm)
link-survey-json = Download as JSON
link-codebook-xlsx = Codebook as a workbook
link-codebook-csv = Codebook as a table (CSV)
link-codebook-xml = Codebook for archives (DDI)
link-codebook-json = Codebook as JSON
survey-texts = Language of the questionnaire
survey-whole = The whole questionnaire
survey-altered = The options or rules of these questions differ from the version before. The figures of both versions cannot be compared:
survey-sections =
    .caption = Sections
    .none = There is no section.
survey-faults =
    .body = A draft with faults is kept, and cannot be published. Correct them in the file, and import it again.
    .caption = Faults
    .none = There is no fault.
link-section-next = Next section
link-section-before = Section before
survey-preview = Preview
    .body = This is how respondents see the section. Nothing is stored; what you type is kept until you leave the preview.
    .not-asked = With these answers this section is not asked.
    .next = Next section
    .again = Show what follows from these answers
    .before = Section before
survey-preview-section = Section { $number } of { $count }
link-survey-preview = Preview as a respondent
outline-none = There is nothing in this section.
outline-note = Note
outline-group = Group of questions
outline-rows = Rows:
outline-options = Options:
outline-required = Yes
outline-least = at least { $least }
outline-most = at most { $most }
outline-characters = { COUNT($most) ->
        [0] no characters
        [one] 1 character
       *[other] { $most } characters
    }
answer-single = One option
answer-multiple = Several options
answer-scale = One level of a scale
answer-matrix = One answer for each row
answer-integer = Whole number
answer-decimal = Number
answer-range = Number in steps
answer-text = Text
answer-long-text = Text of several lines
answer-date = Date
answer-file = File
answer-acknowledgement = Acknowledgement
sensitivity-aggregate = Nobody: they are only counted
sensitivity-community = The community, if the administration agrees
sensitivity-secretariat = The Secretariat
questionnaire-member-languages = languages
questionnaire-member-title = title
questionnaire-member-label = text
questionnaire-member-text = text
questionnaire-member-hint = hint
questionnaire-member-code = code
questionnaire-member-show_if = shown if
questionnaire-member-constraint = must hold
questionnaire-member-rule = rule
questionnaire-member-message = message
questionnaire-member-concept = concept
questionnaire-member-unit = unit
questionnaire-member-least = lowest value
questionnaire-member-most = highest value
questionnaire-member-start = start
questionnaire-member-end = end
questionnaire-member-step = step
questionnaire-member-most_characters = maximum number of characters

## Imports

survey-import = Import a questionnaire: { $name }
    .body = Choose a workbook in the form XLSForm, or a questionnaire in JSON. A version that was downloaded here can be changed and imported again.
    .nothing = Nothing is stored yet: you first see what was read, and each thing that is wrong or not supported, with its place in the file.
    .button = Check the file
survey-import-hint = A workbook (XLSX) of { SIZE($workbook) } at most, or a JSON file of { SIZE($json) } at most.
page-survey-plan = What was read from the file: { $name }
survey-plan-good = The file has no faults. The survey stays as it is until you make the questionnaire the draft.
survey-plan-faulty = The file has faults. You can correct them in the file and import it again, or make a draft that lacks what could not be read.
survey-plan-unreadable = No questionnaire could be read from the file. Please correct it and import it again.
survey-plan-found = What was found in the file
survey-plan-faults = Faults ({ $count })
    .caption = Faults of the file
    .none = There are no faults.
survey-plan-notes = Ignored ({ $count })
    .caption = What was ignored and changes no answer
    .none = Nothing was ignored.
survey-another-file = Import another file
link-back-to-plan = Back to what was read
survey-commit = Save as draft: { $name }
    .body = The questionnaire that was read becomes the draft of the survey. Nobody is asked anything until a version is published and a round is opened.
    .button = Save as draft
    .faults = { COUNT($count) ->
        [0] Accept the faults
        [one] Accept 1 fault: the draft lacks what could not be read
       *[other] Accept { $count } faults: the draft lacks what could not be read
    }
    .replace = Replace the draft (version { $number }): its present questionnaire is lost
notice-survey-committed = The questionnaire is saved as the draft.

## Publication

survey-publish = Publish version { $name }
    .body = A published version can never be changed or withdrawn, and everybody of its audience can read it. It is named by its fingerprint. Changes need a new version.
    .button = Publish the version
    .published = This version is already published.
    .faults = { COUNT($count) ->
        [0] This draft has faults.
        [one] This draft has 1 fault. It can be published once it is corrected.
       *[other] This draft has { $count } faults. It can be published once they are corrected.
    }
notice-survey-published = Version { $number } is published.
