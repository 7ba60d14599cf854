// sshd-keys-judge.so: the part of sshd-keys that needs libcrypto.

#include <cstdint>
#include <new>
#include <string>
#include <utility>

#include <openssl/crypto.h>

#include "io/clock.h"
#include "sshd-keys/host/log_line.h"
#include "sshd-keys/judge/question.h"
#include "sshd-keys/judge/verdict.h"

namespace pamjwt::keys {
namespace {

/// Prepares libcrypto, which crashes later if it had no memory for this (OpenSSL 3.0). No text of
/// its errors is used, and no cipher or digest by a name of OpenSSL 1. To load them would take a
/// third of the whole time.
bool PrepareLibcrypto() {
  constexpr std::uint64_t kWithout = OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                                     OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                                     OPENSSL_INIT_NO_ADD_ALL_DIGESTS;
  return OPENSSL_init_crypto(kWithout, nullptr) == 1 &&
         OSSL_LIB_CTX_get0_global_default() != nullptr;
}

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
extern "C" __attribute__((visibility("default"))) const char*
// NOLINTNEXTLINE(readability-identifier-naming): a name of C
pamjwt_judge_key_1(const pamjwt::keys::Question* question) {
  const char* const service = question->service.c_str();
  const auto log_fault = [service](const char* text) {
    pamjwt::keys::Log(service, pamjwt::Reason::kInternal, text);
    return "";
  };
  try {
    if (pamjwt::keys::PrepareLibcrypto()) return pamjwt::keys::JudgeAndLog(*question);
    return log_fault("no_verdict reason=internal detail=\"libcrypto cannot be prepared\"");
  } catch (const std::bad_alloc&) {
    return log_fault("no_verdict reason=internal detail=\"no memory\"");
  } catch (...) {
    return log_fault("no_verdict reason=internal detail=\"exception\"");
  }
}
