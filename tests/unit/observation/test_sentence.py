"""A test function's name is read as a person would write it."""

from __future__ import annotations

import pytest

from lab.observation.sentence import sentence_of


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("test_the_client_hears_both_messages", "the client hears both messages"),
        ("test_a_page_is_served[hello.html]", "a page is served [hello.html]"),
        ("test_the_syn_comes_before_the_fin", "the SYN comes before the FIN"),
        ("test_both_syns_carry_no_data", "both SYNs carry no data"),
        ("test_udps_checksum_covers_the_addresses", "UDP's checksum covers the addresses"),
        ("test_the_end_is_the_servers_fin", "the end is the server's FIN"),
        ("test_each_host_sees_the_others_address", "each host sees the other's address"),
        ("test_all_clients_of_the_server_wait", "all clients of the server wait"),
        ("test_all_hosts_get_the_same_packet", "all hosts get the same packet"),
        ("test_some_servers_speak_first", "some servers speak first"),
        ("test_it_doesnt_answer", "it doesn't answer"),
        ("test_ipv6_has_fewer_fields", "IPv6 has fewer fields"),
        ("test_tls_1_3_hides_both", "TLS 1.3 hides both"),
        ("test_a_three_way_handshake", "a three-way handshake"),
        ("test_the_first_stays_in_time_wait", "the first stays in TIME_WAIT"),
        ("test_mariadb_and_phpmyadmin", "MariaDB and phpMyAdmin"),
    ],
)
def test_a_name_is_a_sentence(name: str, sentence: str) -> None:
    assert sentence_of(name) == sentence
