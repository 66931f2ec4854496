### Les champs d’un questionnaire : ce qui est dit à côté des questions et des réponses.

answer-due = (obligatoire)
answer-none = Sans réponse
answer-ticked = Oui, confirmé
answer-no-file = Pas encore de fichier
answer-file-size = { SIZE($size) }
answer-gone = { $option } (cette option n’existe plus : veuillez en choisir une autre)
answer-confirm = Cette réponse est toujours exacte
answer-prefilled = Reprise de votre réponse à l’édition précédente, { DAY($at, $zone) }. Elle ne compte pas tant qu’elle n’est ni confirmée ni modifiée.
answer-earlier = À l’édition précédente ({ DAY($at, $zone) }), vous aviez répondu « { $value } », ce qui n’est plus possible ici.

## Bounds, told before somebody answers

answer-limits-both = De { $least } à { $most }.
answer-limits-least = Au moins { $least }.
answer-limits-most = Au plus { $most }.
answer-limits-steps = De { $least } à { $most }, par pas de { $step }.
answer-limits-text = { COUNT($most) ->
        [one] Un caractère au plus.
       *[other] { $most } caractères au plus.
    }

## What is wrong with an answer, which is kept all the same

answer-wrong-empty = Il n’y a pas encore de réponse à la question.
answer-wrong-wrong_row = Cette ligne ne fait pas partie de la question.
answer-wrong-wrong_type = Cette réponse n’est pas du type que la question demande.
answer-wrong-no_integer = Veuillez saisir un nombre entier, en chiffres seulement.
answer-wrong-unknown_option = La réponse « { $detail } » ne figure pas parmi les options.
answer-wrong-not_alone = Cette option exclut toutes les autres. Veuillez conserver soit cette option, soit les autres.
answer-wrong-too_small = Ce nombre est trop petit. Le minimum est { $detail }.
answer-wrong-too_large = Ce nombre est trop grand. Le maximum est { $detail }.
answer-wrong-off_step = Ce nombre se situe entre deux pas. Un pas est de { $detail }.
answer-wrong-no_decimal = Veuillez saisir un nombre, par exemple 12,5.
answer-wrong-too_long = Ce texte est trop long. Le nombre maximal de caractères est { $detail }.
answer-wrong-control_character = Ce texte contient un caractère invisible ou un saut de ligne qui n’est pas autorisé.
answer-wrong-no_date = Veuillez saisir un jour qui existe, sous la forme année-mois-jour.
answer-wrong-bad_file = La description de ce fichier n’est pas correcte. Veuillez choisir le fichier à nouveau.
answer-wrong-unmet = Cette réponse ne correspond pas à ce que la question demande.

## Two people have answered at the same time

answer-conflict = Une autre personne de votre administration a modifié cette réponse entre-temps. Rien n’est perdu : veuillez choisir la réponse à conserver, ou modifier le champ et conserver son contenu.
    .name = Deux réponses au choix
answer-conflict-mine = Votre réponse
answer-take-mine = Conserver le contenu du champ
answer-take-theirs = Conserver l’autre réponse
