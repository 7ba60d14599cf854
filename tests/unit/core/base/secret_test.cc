#include "core/base/secret.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace {

// What the block at `watched` held when it was given back.
const void* watched = nullptr;
std::size_t watched_bytes = 0;
bool was_freed = false;
bool was_wiped = false;

void Watch(const char* block, std::size_t bytes) {
  watched = block;
  watched_bytes = bytes;
  was_freed = false;
  was_wiped = false;
}

}  // namespace

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PAMJWT_OWN_ALLOCATOR 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PAMJWT_OWN_ALLOCATOR 1
#endif

#ifndef PAMJWT_OWN_ALLOCATOR  // a sanitizer wants to see new and delete itself
namespace {

void Release(void* block) {
  if (block != nullptr && block == watched) {
    watched = nullptr;
    was_freed = true;
    const auto* const bytes = static_cast<const char*>(block);
    was_wiped = std::string(bytes, watched_bytes) == std::string(watched_bytes, '\0');
  }
  std::free(block);
}

}  // namespace

void* operator new(std::size_t bytes) {
  void* const block = std::malloc(bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept {
  Release(block);
}
void operator delete(void* block, std::size_t /*bytes*/) noexcept {
  Release(block);
}

namespace {

bool WasWiped() {
  return was_freed && was_wiped;
}

}  // namespace
#else
namespace {

bool WasWiped() {
  return true;
}

}  // namespace
#endif

namespace pamjwt {
namespace {

static_assert(!std::is_copy_constructible_v<SecretString>);
static_assert(!std::is_copy_assignable_v<SecretString>);
static_assert(std::is_nothrow_move_constructible_v<SecretString>);

TEST(SecretString, HoldsWhatWasAppended) {
  SecretString secret("one");
  secret.Append("");
  secret.Append(" two");
  EXPECT_EQ(secret.view(), "one two");
  EXPECT_EQ(secret.size(), 7U);
  EXPECT_EQ(secret.bytes().size(), 7U);
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(SecretString().empty());
}

TEST(SecretString, KeepsEveryByteAsItGrows) {
  SecretString secret;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece = std::to_string(i);
    secret.Append(piece);
    expected += piece;
  }
  EXPECT_EQ(secret.view(), expected);
}

TEST(SecretString, TakesBytesThatAreNoText) {
  const std::string bytes("\0\xff\0", 3);
  EXPECT_EQ(SecretString(bytes).view(), bytes);
}

TEST(SecretString, ExtendsByZerosThatTheCallerReplaces) {
  SecretString secret("one");
  Watch(secret.view().data(), 3);
  char* const more = secret.Extend(4);
  EXPECT_TRUE(WasWiped());
  EXPECT_EQ(secret.view(), std::string("one\0\0\0\0", 7));
  std::memcpy(more, " two", 4);
  EXPECT_EQ(secret.view(), "one two");
  secret.Extend(0);
  EXPECT_EQ(secret.size(), 7U);
  EXPECT_EQ(SecretString().Extend(0), nullptr);
}

TEST(SecretString, MovesAndLeavesNothingBehind) {
  SecretString from("secret");
  SecretString to(std::move(from));
  EXPECT_EQ(to.view(), "secret");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): the point of the test

  SecretString assigned("old");
  Watch(assigned.view().data(), 3);
  assigned = std::move(to);
  EXPECT_TRUE(WasWiped());
  EXPECT_EQ(assigned.view(), "secret");
  EXPECT_TRUE(to.empty());  // NOLINT(bugprone-use-after-move): that is the point
}

TEST(SecretString, SurvivesItsOwnMove) {
  SecretString secret("secret");
  SecretString& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.view(), "secret");
}

TEST(SecretString, TruncateErasesTheTail) {
  SecretString secret("public-secret");
  const char* const block = secret.view().data();
  secret.Truncate(7);
  EXPECT_EQ(secret.view(), "public-");
  EXPECT_EQ(std::string(block + 7, 6), std::string(6, '\0'));
  secret.Truncate(100);
  EXPECT_EQ(secret.view(), "public-");
}

TEST(SecretString, IsErasedWhenDropped) {
  {
    const SecretString secret("secret");
    Watch(secret.view().data(), 6);
  }
  EXPECT_TRUE(WasWiped());
}

TEST(SecretString, ErasesTheBlockThatItGrowsOutOf) {
  SecretString secret("secret");
  Watch(secret.view().data(), 6);
  secret.Append(std::string(100, 'x'));
  EXPECT_TRUE(WasWiped());
}

TEST(SecretString, WipeForgetsAndMayBeRepeated) {
  SecretString secret("secret");
  Watch(secret.view().data(), 6);
  secret.Wipe();
  EXPECT_TRUE(WasWiped());
  EXPECT_TRUE(secret.empty());
  secret.Wipe();
  secret.Append("again");
  EXPECT_EQ(secret.view(), "again");
}

}  // namespace
}  // namespace pamjwt
