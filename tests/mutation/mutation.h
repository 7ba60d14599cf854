// What tests/mutation/mutants.py writes into a copy of a source file: all of its mutants are
// compiled at once, and `active` says which one counts. Every function notes that its mutants were
// reached, which means that they could change the result here.
#pragma once

namespace mutation {

inline constexpr int kMaxMutants = 20000;
extern int active;  // the number of the mutant that counts; 0 for the original
extern bool reached[kMaxMutants];

inline bool On(int id) {
  reached[id] = true;
  return active == id;
}

inline bool Choose(int id, bool original, bool mutated) {
  if (original == mutated) return original;
  return On(id) ? mutated : original;
}

inline bool Flip(int id, bool original) {
  return On(id) != original;
}

/// Returns the condition of an if that leaves the function or the loop, which the mutant does not.
inline bool Unless(int id, bool condition) {
  return condition && !On(id);
}

struct Not {
  int id;

  template <typename T>
  bool operator*(const T& value) const {
    return Flip(id, !value);
  }
};

template <typename T>
T Bump(int up, int down, T value) {
  if (On(up)) return static_cast<T>(value + 1);
  return On(down) ? static_cast<T>(value - 1) : value;
}

template <typename A, typename B>
bool Less(int id, const A& a, const B& b) {
  return Choose(id, a < b, a <= b);
}

template <typename A, typename B>
bool LessOrEqual(int id, const A& a, const B& b) {
  return Choose(id, a <= b, a < b);
}

template <typename A, typename B>
bool Greater(int id, const A& a, const B& b) {
  return Choose(id, a > b, a >= b);
}

template <typename A, typename B>
bool GreaterOrEqual(int id, const A& a, const B& b) {
  return Choose(id, a >= b, a > b);
}

template <typename A, typename B>
bool Equal(int id, const A& a, const B& b) {
  return Flip(id, a == b);
}

template <typename A, typename B>
bool NotEqual(int id, const A& a, const B& b) {
  return Flip(id, a != b);
}

}  // namespace mutation
