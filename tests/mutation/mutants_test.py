#!/usr/bin/python3 -B
"""Tests which mutants are found in a source, how they are written, and that equal_mutants.txt has no stale entry."""

import unittest
from pathlib import Path

import equal
import mutants

ROOT = Path(__file__).resolve().parent.parent.parent


def changes(source):
    """Returns each mutant of a source as (change, the source with it)."""
    return [(mutant.change, mutants.apply(source, mutant)) for mutant in mutants.find(source)[0]]


def schema(source):
    return mutants.find(source)[1].replace('::mutation::', '').replace('static_cast<bool>', 'bool')


class FindTest(unittest.TestCase):
    def test_moves_the_bound_of_a_comparison_and_its_number(self):
        self.assertEqual(changes('x = a < 5;'), [
            ('< to <=', 'x = a <= 5;'), ('5 + 1', 'x = a < (5 + 1);'), ('5 - 1', 'x = a < (5 - 1);')])
        self.assertEqual(changes('x = a >= b;'), [('>= to >', 'x = a > b;')])
        self.assertEqual(changes('x = a == b;'), [('== to !=', 'x = a != b;')])

    def test_changes_neither_templates_nor_texts_nor_comments_nor_operators_themselves(self):
        source = ('#include <a>\n// a < b && !c, true\n'
                  'std::vector<std::optional<T>> f(T&& x, const char* y = "a < b");\n'
                  'bool operator<(const T& a);\nauto z = R"(a && true)"; int n = 5; char c = \'<\'; x->y(n & 3, -n);')
        self.assertEqual(changes(source), [])

    def test_negates_a_condition_that_is_more_than_one_comparison(self):
        self.assertEqual(changes('if (f(a)) b();'), [('if negated', 'if (!(f(a))) b();')])
        self.assertEqual(changes('if (!a) b();'), [('without !', 'if (a) b();')])
        self.assertEqual(changes('if (T* t = f(); g(t)) b();'), [('if negated', 'if (T* t = f(); !(g(t))) b();')])
        self.assertEqual(changes('if (T* t = f(a)) b();'), [('if negated', 'if (T* t = f(a); !t) b();')])

    def test_removes_what_leaves_a_function_or_a_loop(self):
        self.assertEqual(changes('if (!a) return b;'), [
            ('without return', 'if (false && (!a)) return b;'), ('without !', 'if (a) return b;')])
        self.assertEqual(changes('if (!a) {\n  continue;\n}')[0], (
            'without continue', 'if (false && (!a)) {\n  continue;\n}'))

    def test_negates_results_of_functions_that_return_bool(self):
        for source in ('bool f() {\n  return g(1);\n}', 'static bool A::f() const {\n  while (a) return g(1);\n}',
                       'auto f = [](T a) -> bool { return g(1); };'):
            self.assertEqual(changes(source), [('result negated', source.replace('g(1)', '!(g(1))'))])
        for source in ('int f() {\n  return g(1);\n}', 'bool f() {\n  h([](T a) { return g(1); });\n}'):
            self.assertEqual(changes(source), [])

    def test_takes_the_other_case_and_the_other_constant(self):
        self.assertEqual(changes('x = f(a) ? b : c;'), [('other case of ?', 'x = !(f(a)) ? b : c;')])
        self.assertEqual(changes('f(true);'), [('true to false', 'f(false);')])
        self.assertEqual(changes('constexpr int kA = 64 * 2;')[2:], [
            ('2 + 1', 'constexpr int kA = 64 * (2 + 1);'), ('2 - 1', 'constexpr int kA = 64 * (2 - 1);')])

    def test_counts_equal_changes_of_equal_lines(self):
        found, _ = mutants.find('f(!a);\nf(!b, !c);\nf(!a);')
        self.assertEqual([mutant.number for mutant in found], [1, 1, 2, 2])


class SchemaTest(unittest.TestCase):
    def test_writes_each_operand_once(self):
        self.assertEqual(schema('x = a < b;'), 'x = Less(1, a , b);')
        self.assertEqual(schema('x = f(a) && b || c;'),
                         'x = (On(2) != ((On(2) != bool((On(1) != ((On(1) != bool(f(a) )) && (On(1) != bool( b)))) )) '
                         '|| (On(2) != bool( c))));')
        self.assertEqual(schema('x = a == b ? c : d;'), 'x = Equal(1, a , b) ? c : d;')

    def test_puts_conditions_around_their_operators(self):
        self.assertEqual(schema('if (a == b) return c;'), 'if (Unless(1, bool(Equal(2, a , b)))) return c;')
        self.assertEqual(schema('if (T t = f(a)) return c;'),
                         'if (T t = f(a); Flip(1, Unless(2, bool(t)))) return c;')
        self.assertEqual(schema('if (!a.b()) c();'), 'if (Not{1} * a.b()) c();')

    def test_leaves_out_what_is_compiled_alone(self):
        found, text = mutants.find('if (!a) f(true);', 7, {7})
        self.assertEqual([mutant.change for mutant in found], ['without !', 'true to false'])
        self.assertEqual(text, 'if (!a) f(::mutation::Flip(8, true));')

    def test_makes_a_constant_that_each_use_asks(self):
        self.assertEqual(schema('constexpr int kA = 5;').split(),
                         'static const struct { operator int() const { return static_cast<int>( Bump(1, 2, 5)); } } '
                         'kA{};'.split())


class EqualMutantsTest(unittest.TestCase):
    def test_has_no_stale_entry(self):
        self.assertEqual(equal.stale(ROOT), [])


if __name__ == '__main__':
    unittest.main()
