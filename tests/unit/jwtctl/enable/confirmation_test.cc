#include "jwtctl/enable/confirmation.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "jwtctl/enable/change_guard.h"

namespace pamjwt::ctl {
namespace {

/// A user who types one answer after each question. A question ends in a flush.
class Typist : public std::stringbuf {
 public:
  Typist(int terminal, std::vector<std::string> answers)
      : terminal_(terminal), answers_(std::move(answers)) {}

  int sync() override {
    ++questions;
    if (questions > answers_.size()) return 0;
    const std::string& answer = answers_[questions - 1];
    return write(terminal_, answer.data(), answer.size()) > 0 ? 0 : -1;
  }

  std::size_t questions = 0;

 private:
  int terminal_;
  std::vector<std::string> answers_;
};

class ConfirmationTest : public testing::Test {
 protected:
  ConfirmationTest() : person_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    EXPECT_EQ(grantpt(person_.get()), 0);
    EXPECT_EQ(unlockpt(person_.get()), 0);
    std::array<char, 64> name{};
    EXPECT_EQ(ptsname_r(person_.get(), name.data(), name.size()), 0);
    terminal_ = UniqueFd(open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  }

  bool IsGiven(std::vector<std::string> answers, Seconds patience = {3600}) {
    Typist typist(person_.get(), std::move(answers));
    std::ostream out(&typist);
    const bool is_given =
        TerminalConfirmation(terminal_.get(), out).IsGiven(patience, signals_.fd());
    questions_ = typist.questions;
    return is_given;
  }

  CaughtSignals signals_;
  UniqueFd person_;
  UniqueFd terminal_;
  std::size_t questions_ = 0;
};

TEST_F(ConfirmationTest, OnlyTheWordYesConfirms) {
  EXPECT_TRUE(IsGiven({"yes\n"}));
  EXPECT_FALSE(IsGiven({"no\n"}));
}

TEST_F(ConfirmationTest, OnlyTheWordYesMayBegin) {
  for (const auto& [answer, may] : {std::pair("yes\n", true), std::pair("no\n", false)}) {
    Typist typist(person_.get(), {answer});
    std::ostream out(&typist);
    EXPECT_EQ(TerminalConfirmation(terminal_.get(), out).MayBegin({3600}), may) << answer;
  }
}

TEST_F(ConfirmationTest, AsksAgainAfterAnythingElse) {
  EXPECT_TRUE(IsGiven({"\n", "y\n", "yes please\n", "yes\n"}));
  EXPECT_EQ(questions_, 4U);
  EXPECT_FALSE(IsGiven({"YES\n", "no\n"}));
  EXPECT_EQ(questions_, 2U);
}

TEST_F(ConfirmationTest, WhatWasTypedBeforeTheQuestionDoesNotConfirm) {
  ASSERT_EQ(write(person_.get(), "yes\n", 4), 4);
  EXPECT_FALSE(IsGiven({"no\n"}));
  EXPECT_EQ(questions_, 1U);
}

TEST_F(ConfirmationTest, TheEndOfInputOrTimeDoesNotConfirm) {
  EXPECT_FALSE(IsGiven({"\x04"}));
  EXPECT_FALSE(IsGiven({}, {0}));
}

TEST_F(ConfirmationTest, ASignalDoesNotConfirm) {
  raise(SIGTERM);
  EXPECT_FALSE(IsGiven({}));
}

TEST_F(ConfirmationTest, NeedsATerminal) {
  std::ostringstream out;
  EXPECT_TRUE(TerminalConfirmation(terminal_.get(), out).IsPossible());
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  EXPECT_FALSE(TerminalConfirmation(reading.get(), out).IsPossible());
}

}  // namespace
}  // namespace pamjwt::ctl
