// sshd-keys answers sshd, which asks for the keys of an account (AuthorizedKeysCommand).

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/log_field.h"
#include "sshd-keys/arguments.h"
#include "sshd-keys/ask_judge.h"
#include "sshd-keys/host/also_program.h"
#include "sshd-keys/host/hardening.h"
#include "sshd-keys/host/log_line.h"
#include "sshd-keys/may_carry_token.h"

namespace pamjwt::keys {
namespace {

constexpr const char* kService = "sshd";

/// Writes all of `text` to standard output, or the beginning if nobody reads it.
void Print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(STDOUT_FILENO, text.data(), text.size());
    if (size < 0 && errno != EINTR) return;
    text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
  }
}

/// Logs a fault of this host: there is no verdict about the key.
void LogFault(const Question& question, const Error& error) {
  const std::string text = "no_verdict" + LogField("user", question.user) +
                           LogField("reason", Id(error.reason)) + LogField("detail", error.detail);
  Log(question.service.c_str(), error.reason, text.c_str());
}

/// Logs that the program of --also gave no answer. It has a word of its own, since it says nothing
/// about a token.
void LogAlso(const Arguments& arguments, const Error& error) {
  const std::string text = "also_failed" + LogField("user", arguments.question.user) +
                           LogField("program", arguments.also.front()) +
                           LogField("detail", error.detail);
  Log(arguments.question.service.c_str(), error.reason, text.c_str());
}

/// Returns what this program itself says about the key: one line, or nothing.
std::string OwnAnswer(const Arguments& arguments) {
  if (!MayCarryToken(arguments.type, arguments.question.key)) return "";
  Result<std::string> line = AskJudge(arguments.question);
  if (line.ok()) return std::move(line).value();
  LogFault(arguments.question, line.error());
  return "";
}

/// Returns the own answer, and behind it the answer of the other program, which runs meanwhile.
std::string AnswerWithAnother(const Arguments& arguments) {
  Result<AlsoProgram> other = AlsoProgram::Start(arguments.also);
  std::string answer = OwnAnswer(arguments);
  Result<std::string> text =
      other.ok() ? std::move(other).value().Finish() : Result<std::string>(other.error());
  if (!text.ok()) {
    LogAlso(arguments, text.error());
    return answer;
  }
  return answer + text.value();
}

void Run(const std::vector<std::string>& words) {
  const std::string help = AnswerToAPerson(words);
  if (!help.empty()) {
    Print(help);
    return;
  }
  const Result<Arguments> arguments = ParseArguments(words);
  if (!arguments.ok()) {
    LogFault({}, arguments.error());
    return;
  }
  const bool has_other = !arguments.value().also.empty();
  // The answer is whole before its first byte is written.
  Print(has_other ? AnswerWithAnother(arguments.value()) : OwnAnswer(arguments.value()));
}

}  // namespace
}  // namespace pamjwt::keys

int main(int argc, char** argv) {
  using namespace pamjwt::keys;
  ForbidCoreDumps();
  ExitWellOnCrashes();
  try {
    const std::vector<std::string> words =
        TakeWords(std::span(argv, static_cast<std::size_t>(argc)));
    signal(SIGPIPE, SIG_IGN);
    if (SilenceStreams().ok()) Run(words);
  } catch (...) {
    Log(kService, pamjwt::Reason::kInternal, "no_verdict reason=internal detail=\"exception\"");
  }
  _exit(0);  // in every case: else sshd logs the command line
}
