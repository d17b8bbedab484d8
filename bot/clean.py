"""What people send, made safe to read: the one place where raw text is judged."""
from __future__ import annotations

import re
import unicodedata

from actions.reply import Reply

UNSPOKEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # control, format, surrogate, private and unassigned characters
LONGEST = 20_000  # characters
READ = 8_000  # of a long message, so many characters are enough to know what is wanted

EMPTY = Reply("smalltalk", "I did not get any words there. Tell me in a sentence what you want to do, for example: "
                           "\"sort photos of fabric into six kinds of fault, 20 a second\".")
TOO_LONG = Reply("smalltalk", f"That is more than I can read at once (the limit is {LONGEST:,} characters). Please "
                              f"send the part that says "
                              "what you want to achieve, with what data, and what it may cost.")
NOT_ENGLISH = Reply("decline", "I am afraid I only understand English. If you can put your question in English, even "
                               "roughly, I will gladly help.")
NO_WORDS = Reply("smalltalk", "I could not find words in that. Tell me in plain English what you want to do, or ask "
                              "me about hardware for deep learning.")

# The commonest little words of languages people write to us in, less those that English has too.
_ENGLISH = (
    "the a an and or of to in is it i you we my our for with on what how do does can need want have this that be are "
    "at if not but will would which run from as so get more than by me your has was"
)
ENGLISH = set(_ENGLISH.split())
FOREIGN = {
    "German": "der die das und ist ich wir nicht ein eine einen mit für auf den dem wie was kann können haben brauche "
              "brauchen welche welcher "
              "zu von sie es oder bitte auch noch wenn für mir uns sind wird habe mein meine du deutsch",
    "French": "le la les et est je nous pas une un des avec pour sur que qui quelle quel comment avons besoin peut "
              "dans du au ce cette vous il "
              "elle sont ou mais mon ma mes combien pourquoi j'ai c'est bonjour merci",
    "Spanish": "el la los las y es yo no una un con para que en del por qué cómo necesito necesitamos quiero tengo "
               "puedo cuál mi nuestro nuestra "
               "son está hola gracias cuánto se le al pero más",
    "Italian": "il lo la gli e è io non una un con per che di del della come cosa quale ho abbiamo voglio posso mi "
               "sono questo bisogno ciao grazie quanto",
    "Portuguese": "o os as e é eu não uma um com para que em do da dos como qual preciso precisamos quero tenho posso "
                  "meu minha são olá obrigado quanto",
    "Dutch": "de het een en is ik wij niet met voor op dat wat hoe kan hebben heb nodig welke van zijn deze dit maar "
             "ook naar je mijn ons",
    "Polish": "jest nie się w na do z jak co czy mam potrzebuję chcę dla to i jaki jaka która ile mój cześć dziękuję",
    "Swedish": "och är jag vi inte en ett med för på att vad hur kan behöver har vilken till av som det den min "
               "hej tack",
    "Turkish": "ve bir bu için ne nasıl mi mı var çok ben biz hangi ile daha merhaba",
}
OTHERS = {name: set(words.split()) - ENGLISH for name, words in FOREIGN.items()}


def clean(text: object) -> str | Reply:
    """The text as people meant it, or the reply to give when there is nothing to understand."""
    if not isinstance(text, str):
        return NO_WORDS
    if len(text) > LONGEST:
        return TOO_LONG
    kept = text if text.isprintable() else "".join(
        " " if c not in "\n\t" and unicodedata.category(c) in UNSPOKEN else c for c in text)
    if len(text) > 20 and sum(a != b for a, b in zip(text, kept, strict=False)) > len(text) / 5:
        return NO_WORDS  # a file, not a message
    kept = re.sub(r"[ \t]+", " ", kept).strip().lstrip("/").strip()  # a leading / is a command to Rasa
    if not kept:
        return EMPTY
    if not any(c.isalnum() for c in kept):
        return NO_WORDS if kept.strip("?!. ") else EMPTY
    if foreign(kept):
        return NOT_ENGLISH
    return kept[:READ]


def foreign(text: str) -> bool:
    """Most letters are not Latin, or the little words are those of another language and hardly of English."""
    if not text.isascii():
        letters = [c for c in text if c.isalpha()]
        if sum("LATIN" not in unicodedata.name(c, "") for c in letters) > len(letters) / 2:
            return True
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    english = sum(w in ENGLISH for w in words)
    other = max(len(little.intersection(words)) for little in OTHERS.values())  # "no X, no Y, no Z" is one word
    return other >= 2 and other > 2 * english and other >= len(words) / 6
