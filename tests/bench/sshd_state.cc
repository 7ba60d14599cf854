#include "bench/sshd_state.h"

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

// sshd's own calls are deprecated ones.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>
#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif

#include "bench/sshd_process.h"

namespace pamjwt::bench {
namespace {

void Require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "bench_application: %s failed\n", what);
  std::exit(3);
}

void InitialiseLibrary() {
  Require(OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS |
                                  OPENSSL_INIT_LOAD_CONFIG,
                              nullptr) == 1,
          "OPENSSL_init_crypto");
#ifndef OPENSSL_NO_ENGINE
  ENGINE_load_builtin_engines();
  ENGINE_register_all_complete();
#endif
  Require(RAND_status() == 1, "RAND_status");
}

void Digest(const EVP_MD* type) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  Require(EVP_Digest("x", 1, digest.data(), &size, type, nullptr) == 1, "EVP_Digest");
}

/// Encrypts a few bytes, as sshd does with the host keys in its memory.
void Encrypt() {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(),
                                                                           EVP_CIPHER_CTX_free);
  std::array<unsigned char, 32> bytes{};
  Require(EVP_CipherInit(context.get(), EVP_aes_256_ctr(), bytes.data(), bytes.data(), 1) == 1 &&
              EVP_Cipher(context.get(), bytes.data(), bytes.data(), bytes.size()) >= 0,
          "EVP_Cipher");
}

/// Makes an ECDSA key, and checks its point as sshd does when it loads one.
std::unique_ptr<EC_KEY, void (*)(EC_KEY*)> LoadEcdsaKey() {
  std::unique_ptr<EC_KEY, void (*)(EC_KEY*)> key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1),
                                                 EC_KEY_free);
  Require(key != nullptr, "EC_KEY_new_by_curve_name");
  const EC_GROUP* const group = EC_KEY_get0_group(key.get());
  const EC_POINT* const generator = EC_GROUP_get0_generator(group);
  const std::unique_ptr<EC_POINT, void (*)(EC_POINT*)> point(EC_POINT_new(group), EC_POINT_free);
  Require(EC_POINT_mul(group, point.get(), nullptr, generator, EC_GROUP_get0_order(group),
                       nullptr) == 1 &&
              EC_POINT_is_at_infinity(group, point.get()) == 1 &&
              EC_KEY_set_public_key(key.get(), generator) == 1,
          "EC_POINT_mul");
  return key;
}

/// Puts a key of the old type into one of the new type, which fetches nothing.
void Wrap(EC_KEY* key) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> wrapped(EVP_PKEY_new(), EVP_PKEY_free);
  Require(EVP_PKEY_set1_EC_KEY(wrapped.get(), key) == 1, "EVP_PKEY_set1_EC_KEY");
}

void SignWithEd25519() {
  const std::array<unsigned char, 32> secret{1};
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  std::array<unsigned char, 64> signature{};
  std::size_t size = signature.size();
  Require(
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), signature.data(), &size, secret.data(), secret.size()) == 1,
      "EVP_DigestSign");
}

/// Starts a process that shares the memory of this one.
pid_t StartChild() {
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (true) pause();
  }
  Require(child > 0, "fork");
  return child;
}

// callgrind writes down what it counted when a process ends, but not if it is killed. So it writes
// for the process that calls PAM alone.
void EndChild(pid_t child) {
  kill(child, SIGKILL);
  Require(waitpid(child, nullptr, 0) == child, "waitpid");
}

}  // namespace

SshdState::SshdState(std::string_view process, const char* user) {
  if (process == kPlain) return;
  InitialiseLibrary();
  const std::unique_ptr<EC_KEY, void (*)(EC_KEY*)> key = LoadEcdsaKey();
  if (process == kSshd9) {
    Digest(EVP_sha512());
    Encrypt();
    Digest(EVP_sha256());
  } else {
    Wrap(key.get());
    process == kSshd10 ? Digest(EVP_sha512()) : SignWithEd25519();
  }
  Require(getpwnam(user) != nullptr, "getpwnam");
  const pid_t child = StartChild();
  if (process == kSshd9) {
    child_ = child;
  } else {
    EndChild(child);
  }
}

SshdState::~SshdState() {
  if (child_ > 0) EndChild(child_);
}

}  // namespace pamjwt::bench
