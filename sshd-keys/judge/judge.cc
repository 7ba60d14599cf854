// sshd-keys-judge.so: the part of sshd-keys that needs libcrypto.

#include <new>
#include <string>
#include <utility>

#include "io/clock.h"
#include "sshd-keys/host/log_line.h"
#include "sshd-keys/judge/question.h"
#include "sshd-keys/judge/verdict.h"

namespace pamjwt::keys {
namespace {

const char* JudgeAndLog(const Question& question) {
  static std::string line;  // the process asks once
  Verdict verdict = Judge(question, Now());
  Log(question.service.c_str(), verdict.reason, verdict.log.c_str());
  line = std::move(verdict.line);
  return line.c_str();
}

}  // namespace
}  // namespace pamjwt::keys

/// Answers as JudgeFunction promises. No exception leaves this library, whose C++ runtime is not
/// that of the program.
extern "C" __attribute__((visibility("default"))) const char* pamjwt_judge_key(
    const pamjwt::keys::Question* question) {
  using pamjwt::keys::Log;
  const char* const service = question->service.c_str();
  try {
    return pamjwt::keys::JudgeAndLog(*question);
  } catch (const std::bad_alloc&) {
    Log(service, pamjwt::Reason::kInternal, "no_verdict reason=internal detail=\"no memory\"");
  } catch (...) {
    Log(service, pamjwt::Reason::kInternal, "no_verdict reason=internal detail=\"exception\"");
  }
  return "";
}
