#include "ssh-jwt/handover.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

class HandoverTest : public testing::Test {
 protected:
  void SetUp() override { setenv("XDG_RUNTIME_DIR", directory_.c_str(), 1); }
  void TearDown() override { unsetenv("XDG_RUNTIME_DIR"); }

  /// Asks from another thread, as the askpass would from another process.
  static std::future<Result<Reply>> Ask(const Handover& handover, const std::string& prompt) {
    return std::async(std::launch::async,
                      [path = handover.path(), prompt] { return AskAt(path, prompt); });
  }
  static Question Next(const Handover& handover) {
    pollfd waiting{handover.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 10'000), 1);
    std::optional<Question> question = handover.Accept();
    EXPECT_TRUE(question.has_value());
    return std::move(*question);
  }

  const test::TempDir temporary_;
  const std::filesystem::path directory_ = temporary_.Path();
};

TEST_F(HandoverTest, BringsAQuestionAndItsAnswerWhole) {
  const Result<Handover> handover = Handover::Open();
  ASSERT_TRUE(handover.ok());
  const std::string part(kSshPart, 'x');
  std::future<Result<Reply>> reply = Ask(handover.value(), "(alice@web1) Token: ");

  const Question question = Next(handover.value());
  EXPECT_EQ(question.prompt, "(alice@web1) Token: ");
  EXPECT_EQ(question.asker_parent, getppid());
  Handover::Send(question, Reply{Answer::kToken, SecretString(part)});

  const Result<Reply> got = reply.get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value().answer, Answer::kToken);
  EXPECT_EQ(got.value().part.view(), part);
}

TEST_F(HandoverTest, BringsAnEmptyPart) {
  const Result<Handover> handover = Handover::Open();
  ASSERT_TRUE(handover.ok());
  std::future<Result<Reply>> reply = Ask(handover.value(), "?");
  Handover::Send(Next(handover.value()), Reply{Answer::kToken, {}});
  const Result<Reply> got = reply.get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value().answer, Answer::kToken);
  EXPECT_TRUE(got.value().part.empty());
}

TEST_F(HandoverTest, TellsAnAskpassThatItGetsNoAnswer) {
  const Result<Handover> handover = Handover::Open();
  ASSERT_TRUE(handover.ok());
  std::future<Result<Reply>> reply = Ask(handover.value(), "?");
  (void)Next(handover.value());  // drops the question
  EXPECT_FALSE(reply.get().ok());
}

TEST_F(HandoverTest, MakesADirectoryThatOnlyTheUserMayEnterAndLeavesNothing) {
  {
    const Result<Handover> handover = Handover::Open();
    ASSERT_TRUE(handover.ok());
    const std::filesystem::path parent =
        std::filesystem::path(handover.value().path()).parent_path();
    EXPECT_EQ(parent.parent_path(), directory_);
    struct stat info {};
    ASSERT_EQ(stat(parent.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0700U);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(HandoverTest, FallsBackToTmpWithoutARuntimeDirectory) {
  for (const char* const bad : {"/nowhere", "relative", ""}) {
    setenv("XDG_RUNTIME_DIR", bad, 1);
    const Result<Handover> handover = Handover::Open();
    ASSERT_TRUE(handover.ok()) << bad;
    EXPECT_EQ(handover.value().path().rfind("/tmp/ssh-jwt.", 0), 0U);
  }
}

TEST_F(HandoverTest, AskingWhereNobodyListensIsAnError) {
  EXPECT_FALSE(AskAt((directory_ / "askpass").string(), "?").ok());
  EXPECT_FALSE(AskAt(std::string(200, 'x'), "?").ok());
}

}  // namespace
}  // namespace pamjwt::ssh
