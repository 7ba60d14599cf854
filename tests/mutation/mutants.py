"""Finds the mutants of a C++ source file: small changes, each of which some test should notice.

clang-format has laid the source out, so a binary `<`, `>` or `&&` stands between blanks, and a template's does not.
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'''
    (?P<skip>\s+ | //[^\n]* | /\*.*?\*/ | ^[ ]*\#[^\n]*(?:\\\n[^\n]*)*)
  | (?P<text>R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)" | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+')
  | (?P<number>0[xX][0-9a-fA-F']+[uUlL]* | [0-9][0-9']*[uUlL]*(?![0-9.eE]))
  | (?P<name>[A-Za-z_]\w*)
  | (?P<operator><=>|->\*|<<=|>>=|\.\.\.|::|->|\+\+|--|<<|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
''', re.X | re.S | re.M)

OPENING, CLOSING = '([{', ')]}'
ASSIGNMENTS = {'=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='}
ENDS = ASSIGNMENTS | {';', ',', '?', ':', 'return', 'case', 'else', 'throw', 'co_return'}
LEVELS = {'||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '<=>': 7, '<': 8, '<=': 8, '>': 8, '>=': 8}
COMPARISONS = {  # the change, and the function of mutation.h
    '<': ('<=', 'Less'), '<=': ('<', 'LessOrEqual'), '>': ('>=', 'Greater'), '>=': ('>', 'GreaterOrEqual'),
    '==': ('!=', 'Equal'), '!=': ('==', 'NotEqual')}
LEAVES = {'return', 'continue', 'break', 'throw'}
FUNCTION_ENDS = {'const', 'noexcept', 'override', 'final'}


@dataclass
class Token:
    text: str
    kind: str
    start: int
    spaced: bool = False  # a blank before it and behind it
    partner: int = -1  # of brackets: the index of the other one

    @property
    def end(self):
        return self.start + len(self.text)


@dataclass
class Mutant:
    """A change of one file: by itself, `edits` (start, end, text) make it."""
    change: str
    at: int  # offset
    edits: list
    line: int = 0
    text: str = ''  # of the line
    number: int = 1  # among the same changes of lines that read the same
    constant: str = ''  # the name of the constant whose value it changes

    def key(self):
        return self.text, self.change, self.number


def tokens_of(source):
    tokens = []
    for match in TOKEN.finditer(source):
        kind = match.lastgroup if match.lastgroup != 'mark' else 'text'
        if kind != 'skip':
            before = source[match.start() - 1:match.start()]
            behind = source[match.end():match.end() + 1]
            tokens.append(Token(match.group(), kind, match.start(), before.isspace() and behind.isspace()))
    pair(tokens)
    return tokens


def pair(tokens):
    """Finds the partner of each bracket, those of templates too."""
    stack = []
    for i, token in enumerate(tokens):
        opens = token.text in OPENING or (token.text == '<' and not token.spaced)
        closes = token.text in CLOSING or (token.text == '>' and not token.spaced)
        if token.kind != 'operator' or (i and tokens[i - 1].text == 'operator'):
            continue
        if opens:
            stack.append(i)
        elif closes and stack:
            # A `<` without a partner was none of a template.
            while tokens[stack[-1]].text == '<' and token.text != '>':
                stack.pop()
            if token.text == '>' and tokens[stack[-1]].text != '<':
                continue
            token.partner = stack.pop()
            tokens[token.partner].partner = i


@dataclass
class Schema:
    """The source with all of its mutants in it: what to write around and in place of tokens."""
    before: dict = field(default_factory=dict)  # token index -> [(order, text)]
    behind: dict = field(default_factory=dict)
    instead: dict = field(default_factory=dict)  # token index -> text

    def wrap(self, first, last, left, right, is_operator=False):
        """Puts text around tokens. What is around more tokens, or is no operator, stands outside."""
        self.before.setdefault(first, []).append((first - last, is_operator, left))
        self.behind.setdefault(last, []).append((last - first, not is_operator, right))


class Finder:
    """Finds mutants, and writes each into the schema under its number, unless the number is in `alone`."""

    def __init__(self, source, first_number, alone, is_header):
        self.source = source
        self.is_header = is_header
        self.tokens = tokens_of(source)
        self.mutants = []
        self.first_number = first_number
        self.alone = alone
        self.schema = Schema()

    def find(self):
        for i, token in enumerate(self.tokens):
            if token.kind == 'operator':
                self.operator(i, token)
            elif token.text in ('true', 'false') and not self.is_default(i):
                other = 'false' if token.text == 'true' else 'true'
                number = self.add(f'{token.text} to {other}', i, [(token.start, token.end, other)])
                self.put(number, i, '::mutation::Flip({}, ' + token.text + ')')
            elif token.kind == 'number':
                self.number(i, token)
            elif token.text == 'if':
                self.condition_of_if(i)
            elif token.text == 'return':
                self.result(i)
        self.number_lines()

    # --- each kind of mutant ---

    def operator(self, i, token):
        if i and self.tokens[i - 1].text == 'operator':
            return
        if token.text in COMPARISONS and token.spaced:
            other, function = COMPARISONS[token.text]
            number = self.add(f'{token.text} to {other}', i, [(token.start, token.end, other)])
            first, last = self.extent(i, LEVELS[token.text])
            if number:
                self.schema.wrap(first, last, f'::mutation::{function}({number}, ', ')', True)
                self.schema.instead[i] = ','
        elif token.text in ('&&', '||') and token.spaced:
            other = '||' if token.text == '&&' else '&&'
            number = self.add(f'{token.text} to {other}', i, [(token.start, token.end, other)])
            if number:
                # By De Morgan: a || b is the opposite of !a && !b. So each operand is written once.
                first, last = self.extent(i, LEVELS[token.text])
                on = f'::mutation::On({number}) != '
                self.schema.wrap(first, last, f'({on}(({on}static_cast<bool>(', '))))', True)
                self.schema.instead[i] = f')) {token.text} ({on}static_cast<bool>('
        elif token.text == '!':
            number = self.add('without !', i, [(token.start, token.end, '')])
            self.put(number, i, '::mutation::Not{{{}}} * ')
        elif token.text == '?':
            first, last = self.extent(i, 0.5)[0], i - 1
            if self.is_negated_inside(first, last):
                return
            edits = [(self.tokens[first].start, self.tokens[first].start, '!('),
                     (self.tokens[last].end, self.tokens[last].end, ')')]
            number = self.add('other case of ?', i, edits)
            if number:
                self.schema.wrap(first, last, f'::mutation::Flip({number}, static_cast<bool>(', '))')

    def number(self, i, token):
        constant = self.constant_of(i)
        if constant is not None and self.is_header:
            return  # the tests use it by its name
        neighbours = [self.tokens[i - 1], self.tokens[i + 1]]
        if constant is None and not any(t.spaced and t.text in COMPARISONS for t in neighbours):
            return
        up = self.add(f'{token.text} + 1', i, [(token.start, token.end, f'({token.text} + 1)')])
        down = self.add(f'{token.text} - 1', i, [(token.start, token.end, f'({token.text} - 1)')])
        if constant is not None:
            for mutant in self.mutants[-2:]:
                mutant.constant = self.tokens[constant[1]].text
        if not (up and down):
            return
        self.schema.instead[i] = f'::mutation::Bump({up}, {down}, {token.text})'
        if constant is not None:
            self.make_variable(constant)

    def make_variable(self, constant):
        """Turns `constexpr T kName = N;` into an object that is converted to T at each use."""
        start, name, equals, end = constant
        if start in self.schema.instead:
            return
        kind = self.source[self.tokens[start + 1].start:self.tokens[name].start].strip()
        self.schema.instead[start] = ''
        for i in range(start + 1, name):
            self.schema.instead[i] = ''
        self.schema.instead[name] = f'static const struct {{ operator {kind}() const {{ return static_cast<{kind}>('
        self.schema.instead[equals] = ''
        self.schema.instead[end] = f'); }} }} {self.tokens[name].text}{{}};'

    def condition_of_if(self, i):
        if self.tokens[i + 1].text != '(' or self.tokens[i - 1].text == '#':
            return
        first, close = i + 2, self.tokens[i + 1].partner
        last = close - 1
        for j in range(first, close):
            if self.tokens[j].text == ';' and self.depth_between(i + 2, j) == 0:
                first = j + 1
        declared = [j for j in range(first, close)
                    if self.tokens[j].text == '=' and self.depth_between(first, j) == 0]
        body = close + 2 if self.tokens[close + 1].text == '{' else close + 1
        leaves = self.tokens[body].text in LEAVES
        begin, end = self.tokens[first].start, self.tokens[last].end
        if declared:
            name = self.tokens[declared[0] - 1].text
            negate = [(end, end, f'; !{name}')]
            remove = [(end, end, f'; false && {name}')]
        else:
            negate = [(begin, begin, '!('), (end, end, ')')]
            remove = [(begin, begin, 'false && ('), (end, end, ')')]
        calls = []
        if declared or not self.is_negated_inside(first, last):
            calls.append(('Flip', self.add('if negated', i, negate)))
        if leaves:
            calls.append(('Unless', self.add(f'without {self.tokens[body].text}', i, remove)))
        calls = [f'::mutation::{function}({number}, ' for function, number in calls if number]
        if not calls:
            return
        left, right = ''.join(calls) + 'static_cast<bool>(', ')' * (len(calls) + 1)
        if declared:
            left, right = '', f'; {left}{name}{right}'
        self.schema.wrap(first, last, left, right)

    def result(self, i):
        """Negates what a function that returns bool returns, if no other mutant does."""
        j = i + 1
        plain = True
        while self.tokens[j].text != ';':
            token = self.tokens[j]
            if token.text in ('true', 'false', '!', '?') or (token.spaced and token.text in LEVELS):
                plain = False
            j = token.partner + 1 if token.partner > j else j + 1
        if j == i + 1 or not plain or not self.returns_bool(i):
            return
        first, last = i + 1, j - 1
        number = self.add('result negated', i, [(self.tokens[first].start, self.tokens[first].start, '!('),
                                                (self.tokens[last].end, self.tokens[last].end, ')')])
        if number:
            self.schema.wrap(first, last, f'::mutation::Flip({number}, static_cast<bool>(', '))')

    # --- places ---

    def add(self, change, i, edits):
        """Adds a mutant. Returns its number, or None if it is not written into the schema."""
        self.mutants.append(Mutant(change, self.tokens[i].start, edits))
        number = self.first_number + len(self.mutants) - 1
        return None if number in self.alone else number

    def put(self, number, i, text):
        if number:
            self.schema.instead[i] = text.format(number)

    def extent(self, i, level):
        """Returns the first and the last token of the operands of the operator `i`."""
        first = i
        while first > 0:
            token = self.tokens[first - 1]
            if token.partner >= 0 and token.partner < first - 1:
                first = token.partner
                continue
            if token.partner > first - 1 or token.text in ENDS or token.text in OPENING or self.is_looser(token, level):
                break
            first -= 1
        last = i
        while last + 1 < len(self.tokens):
            token = self.tokens[last + 1]
            if token.partner > last + 1:
                last = token.partner
                continue
            if token.partner >= 0 or token.text in ENDS or token.text in CLOSING or self.is_looser(token, level + 0.5):
                break
            last += 1
        return first, last

    @staticmethod
    def is_looser(token, level):
        return token.spaced and token.text in LEVELS and LEVELS[token.text] < level

    def is_negated_inside(self, first, last):
        """Checks whether a condition is one `!` or one comparison for equality, which is a mutant of its own."""
        operators = []
        i = first
        while i <= last:
            token = self.tokens[i]
            if token.spaced and token.text in LEVELS:
                operators.append(token.text)
            i = token.partner + 1 if token.partner > i else i + 1
        return operators in (['=='], ['!=']) or (not operators and self.tokens[first].text == '!')

    def depth_between(self, start, end):
        depth = 0
        for token in self.tokens[start:end]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
        return depth

    def is_default(self, i):
        """Checks whether token `i` is the default of a member in a header, which objects of tests have compiled in."""
        return self.is_header and self.tokens[i - 1].text in ('=', '{', '(', ',')

    def constant_of(self, i):
        """Returns (constexpr, name, =, ;) of the constant that token `i` is part of."""
        start = i
        while start > 0 and self.tokens[start - 1].text not in (';', '{', '}'):
            start -= 1
        if self.tokens[start].text in ('static', 'inline'):
            start += 1
        if self.tokens[start].text != 'constexpr':
            return None
        end = i
        while self.tokens[end].text != ';':
            end += 1
        for j in range(start, i):
            if self.tokens[j].text == '=':
                return (start, j - 1, j, end)
        return None

    def returns_bool(self, i):
        """Checks whether the innermost function or lambda around token `i` returns bool."""
        while i > 0:
            i -= 1
            if self.tokens[i].text in CLOSING:
                i = self.tokens[i].partner
                continue
            if self.tokens[i].text != '{':
                continue
            j = i - 1
            while self.tokens[j].text in FUNCTION_ENDS:
                j -= 1
            if self.tokens[j].text == 'bool' and self.tokens[j - 1].text == '->':
                return True
            if self.tokens[j].text != ')':
                continue
            j = self.tokens[j].partner - 1
            if self.tokens[j].text in ('if', 'for', 'while', 'switch', 'constexpr', 'catch'):
                continue
            if self.tokens[j].text == ']':
                return False
            while self.tokens[j].kind == 'name' and self.tokens[j - 1].text == '::':
                j -= 2
            return self.tokens[j - 1].text == 'bool'
        return False

    def number_lines(self):
        seen = {}
        for mutant in self.mutants:
            begin = self.source.rfind('\n', 0, mutant.at) + 1
            end = (self.source + '\n').find('\n', mutant.at)
            mutant.line = self.source.count('\n', 0, mutant.at) + 1
            mutant.text = self.source[begin:end].strip()
            same = seen.setdefault((mutant.text, mutant.change), [])
            same.append(mutant)
            mutant.number = len(same)


def find(source, first_number=1, alone=frozenset(), is_header=False):
    """Returns the mutants of a source, and the source with all but those `alone` in it."""
    finder = Finder(source, first_number, alone, is_header)
    finder.find()
    return finder.mutants, render(finder)


def render(finder):
    out, at = [], 0
    for i, token in enumerate(finder.tokens):
        out.append(finder.source[at:token.start])
        out += [text for _, _, text in sorted(finder.schema.before.get(i, []), key=lambda x: x[:2])]
        out.append(finder.schema.instead.get(i, token.text))
        out += [text for _, _, text in sorted(finder.schema.behind.get(i, []), key=lambda x: x[:2])]
        at = token.end
    out.append(finder.source[at:])
    return ''.join(out)


def apply(source, mutant):
    """Returns the source with this mutant alone."""
    for start, end, text in sorted(mutant.edits, reverse=True):
        source = source[:start] + text + source[end:]
    return source
