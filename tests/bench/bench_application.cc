// Runs one PAM transaction as an application would: start, authenticate, account, end. Prints how
// long it took in nanoseconds, the last PAM code, and the peak of the resident memory in KiB.
//
//   bench_application sshd|plain CONFDIR SERVICE USER TOKEN_FILE
//   bench_application key CONFDIR SERVICE USER AUTH_INFO_FILE
//
// "sshd" first does what sshd has done by then: it initialises libcrypto as OpenSSH does, uses its
// default context for the key exchange, and looks up the account. "plain" does none of this. "key"
// is a login to sshd by key: start, account, a session with the text of the file in
// SSH_AUTH_INFO_0, end.

#include <pwd.h>
#include <sys/resource.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <security/pam_appl.h>

namespace {

std::int64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void BeLikeSshd(const char* user) {
  OPENSSL_init_crypto(
      OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS | OPENSSL_INIT_LOAD_CONFIG,
      nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, "x", 1, digest.data(), &size) != 1) {
    std::exit(3);
  }
  if (getpwnam(user) == nullptr) {
    std::exit(3);
  }
}

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

int Answer(int count, const pam_message** messages, pam_response** responses, void* token) {
  // libpam frees them with free().
  auto* const replies = static_cast<pam_response*>(
      std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  for (int i = 0; i < count; ++i) {
    if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF) {
      replies[i].resp = strdup(static_cast<std::string*>(token)->c_str());
    }
  }
  *responses = replies;
  return PAM_SUCCESS;
}

long PeakKib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int LogInByToken(pam_handle_t* handle) {
  const int code = pam_authenticate(handle, 0);
  return code == PAM_SUCCESS ? pam_acct_mgmt(handle, 0) : code;
}

int LogInByKey(pam_handle_t* handle, const std::string& auth_info) {
  int code = pam_acct_mgmt(handle, 0);
  if (code == PAM_SUCCESS) {
    code = pam_putenv(handle, ("SSH_AUTH_INFO_0=" + auth_info).c_str());
  }
  if (code == PAM_SUCCESS) {
    code = pam_open_session(handle, 0);
  }
  return code == PAM_SUCCESS ? pam_close_session(handle, 0) : code;
}

/// The transaction that is timed. callgrind finds it by this name.
extern "C" __attribute__((noinline)) int BenchTransaction(char** argv,
                                                          const pam_conv* conversation) {
  pam_handle_t* handle = nullptr;
  int code = pam_start_confdir(argv[3], argv[4], conversation, argv[2], &handle);
  if (code == PAM_SUCCESS) {
    const bool is_by_key = std::strcmp(argv[1], "key") == 0;
    code = is_by_key ? LogInByKey(handle, *static_cast<std::string*>(conversation->appdata_ptr))
                     : LogInByToken(handle);
  }
  pam_end(handle, code);
  return code;
}

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  if (std::strcmp(argv[1], "plain") != 0) {
    BeLikeSshd(argv[4]);
  }
  std::string token = ReadFile(argv[5]);
  const pam_conv conversation{Answer, &token};
  const std::int64_t begin = NowNs();
  const int code = BenchTransaction(argv, &conversation);
  const std::int64_t end = NowNs();
  std::printf("%lld %d %ld\n", static_cast<long long>(end - begin), code, PeakKib());
  return 0;
}
