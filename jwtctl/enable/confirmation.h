#pragma once

#include <iosfwd>
#include <string>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// The questions to the administrator about a change. Tests put a fake in its place.
class Confirmation {
 public:
  virtual ~Confirmation() = default;

  /// Checks whether somebody can be asked.
  [[nodiscard]] virtual bool IsPossible() const = 0;
  /// Asks whether the change stays, and waits for the answer, for at most `patience`, and no longer
  /// than until a signal makes the descriptor `signals` readable. Returns whether the answer is
  /// yes.
  virtual bool IsGiven(Seconds patience, int signals) = 0;
  /// Asks, before anything changes, whether to go on, as IsGiven does. Signals end the process.
  virtual bool MayBegin(Seconds patience) = 0;
};

/// Asks for the word yes, typed at a terminal on standard input.
class TerminalConfirmation : public Confirmation {
 public:
  TerminalConfirmation(int input, std::ostream& out) : input_(input), out_(out) {}

  [[nodiscard]] bool IsPossible() const override;
  bool IsGiven(Seconds patience, int signals) override;
  bool MayBegin(Seconds patience) override;

 private:
  /// Asks until the answer is yes or no. `purpose` says what these words do.
  bool Ask(const char* purpose, Seconds patience, int signals);

  int input_;
  std::ostream& out_;
};

}  // namespace pamjwt::ctl
