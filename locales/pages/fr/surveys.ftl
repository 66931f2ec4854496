### Enquêtes : ce qui ne va pas dans un questionnaire, et ce qui n’a pas été lu dans ses feuilles. Chaque phrase se suffit ; le mot
### en cause est affiché à côté d’elle.

## Défauts d’un questionnaire

survey-fault-no_language = Le questionnaire n’a aucune langue.
survey-fault-bad_language = Ce n’est pas un code de langue, ou il n’est pas écrit comme il le faut (en, fr, pt-BR).
survey-fault-duplicate_language = Cette langue figure deux fois.
survey-fault-unknown_language = Ce texte a une langue que le questionnaire n’a pas.
survey-fault-missing_language = Le texte manque dans cette langue.
survey-fault-text_too_long = Le texte est trop long. Le nombre maximal de caractères est affiché à côté de cette phrase.
survey-fault-control_character = Le texte contient un caractère invisible qui n’est pas admis.
survey-fault-outer_blanks = Le texte commence ou finit par une espace.
survey-fault-reference_in_text = Le texte renvoie à une réponse. Les textes ne peuvent pas contenir de réponses.
survey-fault-link_in_title = Des courriels citent ce titre. Écrivez-le sans lien, sans adresse et sans numéro de téléphone.
survey-fault-bad_code = Ce code n’est pas valable : une lettre, puis des lettres, des chiffres et les signes - _ et . (64 caractères au plus).
survey-fault-code_with_space = Le code contient une espace.
survey-fault-reserved_code = D’autres programmes réservent ce code à leur propre usage. Veuillez en choisir un autre.
survey-fault-duplicate_code = Ce code est utilisé deux fois.
survey-fault-code_differs_in_case = Deux codes ne diffèrent que par des majuscules.
survey-fault-duplicate_concept = Deux questions ont le même concept.
survey-fault-no_sections = Le questionnaire n’a aucune rubrique.
survey-fault-empty_section = Cette rubrique est vide.
survey-fault-empty_group = Ce groupe est vide.
survey-fault-nested_group = Un groupe ne peut pas contenir un autre groupe.
survey-fault-nested_matrix = Une matrice ne peut pas contenir une autre matrice.
survey-fault-no_options = Cette question n’a aucune option.
survey-fault-too_few_options = Une échelle doit avoir au moins deux options.
survey-fault-exclusive_in_single = Une seule option peut être choisie ici ; aucune ne peut donc exclure les autres.
survey-fault-no_rows = Cette matrice n’a aucune ligne.
survey-fault-least_above_most = La valeur la plus basse n’est pas inférieure à la plus haute.
survey-fault-steps_miss_end = Les pas n’atteignent pas la fin de l’intervalle.
survey-fault-number_too_large = Ce nombre est plus grand que ce qu’une réponse peut contenir.
survey-fault-bad_length = La longueur maximale du texte doit être d’au moins un caractère, et ne pas dépasser ce qui peut être enregistré.
survey-fault-too_many_languages = Il y a trop de langues. Le maximum est affiché à côté de cette phrase.
survey-fault-too_many_sections = Il y a trop de rubriques. Le maximum est affiché à côté de cette phrase.
survey-fault-too_many_questions = Il y a trop de questions. Le maximum est affiché à côté de cette phrase.
survey-fault-too_many_items = Il y a trop de notes et de groupes. Le maximum est affiché à côté de cette phrase.
survey-fault-too_many_options = Il y a trop d’options. Le maximum est affiché à côté de cette phrase.
survey-fault-too_many_rows = Il y a trop de lignes. Le maximum est affiché à côté de cette phrase.
survey-fault-too_large = L’ensemble des textes, ou celui des règles, est trop long. Le maximum en octets est affiché à côté de cette phrase.
survey-fault-unknown_question = La règle renvoie à une question qui n’existe pas.
survey-fault-not_a_question = La règle renvoie à une rubrique, à un groupe ou à une note, et non à une question.
survey-fault-rule_on_later_question = La règle renvoie à une question qui vient plus loin.
survey-fault-rule_on_itself = La règle renvoie à sa propre question.
survey-fault-matrix_as_whole = La règle renvoie à une matrice entière, et non à l’une de ses lignes.
survey-fault-own_outside_constraint = Le signe qui désigne la réponse elle-même (.) n’est admis que dans une contrainte.
survey-fault-unknown_option = La règle compare avec une option que la question n’a pas.
survey-fault-code_ordered = La règle compare des codes selon leur grandeur, ou calcule avec eux.
survey-fault-date_ordered = La règle compare des dates selon leur grandeur, ou calcule avec elles.
survey-fault-no_number = La règle compare un nombre avec un texte qui n’est pas un nombre.

## Défauts des feuilles

survey-fault-missing_sheet = Aucune feuille ne porte ce nom.
survey-fault-missing_column = Cette colonne manque dans la feuille.
survey-fault-duplicate_column = Deux colonnes ont le même en-tête.
survey-fault-sheet_too_large = La feuille a trop de lignes ou de colonnes. Le maximum est affiché à côté de cette phrase.
survey-fault-language_unnamed = La langue de cette colonne n’est pas connue. Veuillez l’ajouter à l’en-tête, comme dans label::Français (fr), ou indiquer une langue par défaut.
survey-fault-language_unknown = Aucune langue ne porte ce nom, ou aucune colonne n’a cette langue.
survey-fault-language_spelt_twice = Cette langue est écrite de deux façons. Veuillez l’écrire de la même façon dans tous les en-têtes.
survey-fault-missing_type = Cette ligne n’a pas de type.
survey-fault-unsupported_type = Les questions de ce type ne sont pas prises en charge.
survey-fault-unsupported_column = Cette colonne n’est pas prise en charge. Veuillez vider la cellule.
survey-fault-or_other = L’ajout or_other n’est pas pris en charge. Veuillez ajouter une option, et une question de texte qui s’affiche si elle est choisie.
survey-fault-unknown_list = Aucune liste d’options ne porte ce nom.
survey-fault-group_not_closed = Ce groupe n’est pas fermé.
survey-fault-no_open_group = Aucun groupe n’est ouvert ici.
survey-fault-too_deep = Les groupes sont imbriqués trop profondément.
survey-fault-mixed_matrix = Toutes les lignes d’une matrice doivent être de la même sorte.
survey-fault-no_yes_no = La valeur doit être yes ou no.
survey-fault-bad_number = Un nombre est attendu ici.
survey-fault-bad_parameter = Ce paramètre n’est pas compris.
survey-fault-bad_sensitivity = La valeur doit être aggregate, community ou secretariat.
survey-fault-rule_too_long = La règle est trop longue.
survey-fault-rule_too_deep = La règle est imbriquée trop profondément.
survey-fault-rule_unfinished = La règle est incomplète.
survey-fault-rule_unexpected = La règle contient ici un élément inattendu.
survey-fault-unknown_function = Les règles n’ont pas cette fonction.
survey-fault-wrong_operands = Cette fonction demande d’autres valeurs.

## Ce qui n’a pas été lu

survey-note-ignored_sheet = Cette feuille n’a pas été lue.
survey-note-ignored_column = Cette colonne n’a pas été lue.
survey-note-ignored_cell = Cette cellule n’a pas de sens dans cette ligne, et n’a pas été lue.
survey-note-disabled_row = Cette ligne est désactivée, et n’a pas été lue.
survey-note-ignored_type = Les lignes qui relèvent des circonstances n’ont pas été lues.
survey-note-ignored_appearance = Cette présentation n’a pas de sens ici.
survey-note-unused_list = Aucune question n’utilise cette liste d’options.

## Dictionnaires de variables : contenu des colonnes des réponses

survey-codebook-author = Secrétariat
survey-codebook-unit = Organisation
survey-codebook-members = Administrations membres en activité à l’ouverture d’une édition
survey-codebook-partners = Organismes partenaires en activité à l’ouverture d’une édition
survey-codebook-kind = Réponses à un questionnaire, une série par organisation
survey-codebook-sampling = Recensement : chaque organisation est interrogée
survey-codebook-mode = Questionnaire en ligne, rempli par l’organisation et validé par sa coordination
survey-codebook-confidential = Les effectifs inférieurs à l’effectif minimal de l’édition sont masqués, de même que ceux qui permettraient de les calculer.
survey-codebook-chosen = Choisi
survey-codebook-not_chosen = Non choisi
survey-codebook-no_answer = Sans réponse
survey-codebook-not_asked = Question non posée
survey-codebook-declined = À ne pas montrer

## Dictionnaires de variables : quand une question est posée

survey-condition-or = { $left } ou { $right }
survey-condition-and = { $left } et { $right }
survey-condition-not = non ({ $part })
survey-condition-quoted = « { $part } »
survey-condition-is = { $left } est { $right }
survey-condition-is_not = { $left } n’est pas { $right }
survey-condition-answered = { $left } a une réponse
survey-condition-unanswered = { $left } est sans réponse
survey-condition-less = { $left } est inférieur à { $right }
survey-condition-at_most = { $left } est au plus { $right }
survey-condition-more = { $left } est supérieur à { $right }
survey-condition-at_least = { $left } est au moins { $right }
survey-condition-includes = { $left } comprend { $right }
survey-condition-count = le nombre d’options choisies pour { $part }
survey-condition-length = le nombre de caractères de { $part }
survey-condition-own = la réponse
survey-condition-always = toujours
survey-condition-never = jamais

## Graphiques et fichiers des résultats

results-chart-hidden = Masqué
results-chart-together = Effectifs masqués, ensemble : { $count }
results-chart-share = { $count } ({ $percent } %)
results-chart-base = { $n } sur { $frame } ont participé à l’enquête ; cette question a été posée à { $base } de ces participants.
results-chart-respondents = { $n } sur { $frame } ont participé.
results-chart-highest = Effectif le plus élevé : { $option }, { $count } ({ $percent } %).
results-chart-some_hidden = Les petits effectifs sont masqués, de même que ceux qui permettraient de les calculer.
results-chart-all_shown = Tous les effectifs sont montrés.

## Les réponses : leur état, et ce qui leur arrive

response-state-not_started = non commencée
response-state-draft = à l’état de brouillon
response-state-in_review = en relecture
response-state-approved = validée
response-state-submitted = transmise
response-state-reopened = rouverte
response-state-withdrawn = retirée

response-event-edit = modifier
response-event-request_review = faire relire
response-event-approve = valider
response-event-return = renvoyer
response-event-submit = transmettre
response-event-reopen = rouvrir
response-event-withdraw = retirer

## Pourquoi une réponse est incorrecte, et pourquoi elle n’est pas enregistrée

answer-hint-empty = Il n’y a pas de réponse.
answer-hint-wrong_row = La question n’a pas cette ligne.
answer-hint-wrong_type = La réponse n’est pas du type demandé.
answer-hint-unknown_option = La question n’a pas cette option.
answer-hint-not_alone = Cette option ne se choisit pas avec d’autres.
answer-hint-too_small = Le nombre est trop petit. Le minimum est indiqué à côté de cette phrase.
answer-hint-too_large = Le nombre est trop grand. Le maximum est indiqué à côté de cette phrase.
answer-hint-off_step = Le nombre est entre deux pas. Le pas est indiqué à côté de cette phrase.
answer-hint-no_decimal = Ce n’est pas un nombre, ou il a trop de chiffres.
answer-hint-too_long = Le texte est trop long. Le nombre maximal de caractères est indiqué à côté de cette phrase.
answer-hint-control_character = Le texte contient des caractères non imprimables.
answer-hint-no_date = Ce jour n’existe pas.
answer-hint-bad_file = Le fichier n’est pas décrit correctement.

answer-fault-unknown_question = Le questionnaire n’a pas cette question.
answer-fault-unknown_row = La question n’a pas cette ligne.
answer-fault-not_assigned = Cette rubrique ne vous est pas attribuée.
answer-fault-too_large = La réponse est trop longue pour être enregistrée.
answer-fault-wrong_type = Ce n’est pas une réponse à une question de ce type, et elle ne peut pas être gardée comme brouillon.
answer-fault-response_full = L’ensemble des réponses est trop long. Raccourcissez-en d’autres avant d’ajouter celle-ci.
answer-fault-history_full = Les réponses ont été modifiées si souvent qu’aucune autre modification ne peut être enregistrée.
answer-fault-twice = La même réponse y figure deux fois.
answer-fault-nothing_given = Il n’y a pas de réponse à confirmer.
answer-fault-unknown_file = Aucun fichier de ce type n’a été envoyé pour cette question.
