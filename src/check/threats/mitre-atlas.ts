import { catalogueOf, type ThreatCatalogue } from "./catalogue.js";

/** 120 techniques and 88 sub-techniques. */
export const mitreAtlas: ThreatCatalogue = catalogueOf(
  {
    profile: "mitre-atlas",
    name: "MITRE ATLAS",
    edition: "2026.09",
    published: "2026-09-15",
    source: "https://github.com/mitre-atlas/atlas-data/releases/tag/v2026.09",
  },
  `
  AML.T0000 Search Open Technical Databases
  AML.T0000.000 Search Open Technical Databases: Journals and Conference Proceedings
  AML.T0000.001 Search Open Technical Databases: Pre-Print Repositories
  AML.T0000.002 Search Open Technical Databases: Technical Blogs
  AML.T0000.003 Search Open Technical Databases: Scan Databases
  AML.T0001 Search Open AI Vulnerability Analysis
  AML.T0002 Acquire Public AI Artifacts
  AML.T0002.000 Acquire Public AI Artifacts: Datasets
  AML.T0002.001 Acquire Public AI Artifacts: Models
  AML.T0002.002 Acquire Public AI Artifacts: AI Agent Configuration
  AML.T0003 Search Victim-Owned Websites
  AML.T0004 Search Application Repositories
  AML.T0005 Create Proxy AI Model
  AML.T0005.000 Create Proxy AI Model: Train Proxy via Gathered AI Artifacts
  AML.T0005.001 Create Proxy AI Model: Train Proxy via Replication
  AML.T0005.002 Create Proxy AI Model: Use Pre-Trained Model
  AML.T0006 Active Scanning
  AML.T0006.000 Active Scanning: Enumerate Hosted AI Resources
  AML.T0006.001 Active Scanning: Query Platform Metadata APIs
  AML.T0006.002 Active Scanning: Scan for Exposed AI Infrastructure
  AML.T0006.003 Active Scanning: Probe AI Agent Trigger Channels
  AML.T0007 Discover AI Artifacts
  AML.T0008 Acquire Infrastructure
  AML.T0008.000 Acquire Infrastructure: AI Development Workspaces
  AML.T0008.001 Acquire Infrastructure: Consumer Hardware
  AML.T0008.002 Acquire Infrastructure: Domains
  AML.T0008.003 Acquire Infrastructure: Physical Countermeasures
  AML.T0008.004 Acquire Infrastructure: Serverless
  AML.T0008.005 Acquire Infrastructure: AI Service Proxies
  AML.T0010 AI Supply Chain Compromise
  AML.T0010.000 AI Supply Chain Compromise: Hardware
  AML.T0010.001 AI Supply Chain Compromise: AI Software
  AML.T0010.002 AI Supply Chain Compromise: Data
  AML.T0010.003 AI Supply Chain Compromise: Model
  AML.T0010.004 AI Supply Chain Compromise: Container Registry
  AML.T0010.005 AI Supply Chain Compromise: AI Agent Tool
  AML.T0011 User Execution
  AML.T0011.000 User Execution: Unsafe AI Artifacts
  AML.T0011.001 User Execution: Malicious Package
  AML.T0011.002 User Execution: Poisoned AI Agent Tool
  AML.T0011.003 User Execution: Malicious Link
  AML.T0012 Valid Accounts
  AML.T0013 Discover AI Model Ontology
  AML.T0014 Discover AI Model Family
  AML.T0015 Evade AI Model
  AML.T0016 Obtain Capabilities
  AML.T0016.000 Obtain Capabilities: Adversarial AI Attack Implementations
  AML.T0016.001 Obtain Capabilities: Software Tools
  AML.T0016.002 Obtain Capabilities: Generative AI
  AML.T0016.003 Obtain Capabilities: Exploits
  AML.T0016.004 Obtain Capabilities: AI Agent Tools
  AML.T0017 Develop Capabilities
  AML.T0017.000 Develop Capabilities: Adversarial AI Attacks
  AML.T0017.001 Develop Capabilities: Autonomous Exploit Development
  AML.T0017.002 Develop Capabilities: AI Agent Tools
  AML.T0018 Manipulate AI Model
  AML.T0018.000 Manipulate AI Model: Poison AI Model
  AML.T0018.001 Manipulate AI Model: Modify AI Model Architecture
  AML.T0018.002 Manipulate AI Model: Embed Malware
  AML.T0018.003 Manipulate AI Model: Modify Prompt Construction Logic
  AML.T0020 Training Data Poisoning
  AML.T0021 Establish Accounts
  AML.T0024 Exfiltration via AI Inference API
  AML.T0024.000 Exfiltration via AI Inference API: Infer Training Data Membership
  AML.T0024.001 Exfiltration via AI Inference API: Invert AI Model
  AML.T0024.002 Exfiltration via AI Inference API: Extract AI Model
  AML.T0025 Exfiltration via Cyber Means
  AML.T0029 Denial of AI Service
  AML.T0031 Erode AI Model Integrity
  AML.T0034 Cost Harvesting
  AML.T0034.000 Cost Harvesting: Excessive Queries
  AML.T0034.001 Cost Harvesting: Resource-Intensive Queries
  AML.T0034.002 Cost Harvesting: Agentic Resource Consumption
  AML.T0035 AI Artifact Collection
  AML.T0036 Data from Information Repositories
  AML.T0037 Data from Local System
  AML.T0040 AI Model Inference API Access
  AML.T0041 Physical Environment Access
  AML.T0042 Verify Attack
  AML.T0043 Craft Adversarial Data
  AML.T0043.000 Craft Adversarial Data: White-Box Optimization
  AML.T0043.001 Craft Adversarial Data: Black-Box Optimization
  AML.T0043.002 Craft Adversarial Data: Black-Box Transfer
  AML.T0043.003 Craft Adversarial Data: Manual Modification
  AML.T0043.004 Craft Adversarial Data: Insert Backdoor Trigger
  AML.T0044 Full AI Model Access
  AML.T0046 Spamming AI System with Chaff Data
  AML.T0047 AI-Enabled Product or Service
  AML.T0048 External Harms
  AML.T0048.000 External Harms: Financial Harm
  AML.T0048.001 External Harms: Reputational Harm
  AML.T0048.002 External Harms: Societal Harm
  AML.T0048.003 External Harms: User Harm
  AML.T0048.004 External Harms: AI Intellectual Property Theft
  AML.T0049 Exploit Public-Facing Application
  AML.T0050 Command and Scripting Interpreter
  AML.T0051 LLM Prompt Injection
  AML.T0051.000 LLM Prompt Injection: Direct
  AML.T0051.001 LLM Prompt Injection: Indirect
  AML.T0051.002 LLM Prompt Injection: Triggered
  AML.T0052 Phishing
  AML.T0052.000 Phishing: Spearphishing via Social Engineering LLM
  AML.T0052.001 Phishing: Deepfake-Assisted Phishing
  AML.T0053 AI Agent Tool Invocation
  AML.T0054 LLM Jailbreak
  AML.T0055 Unsecured Credentials
  AML.T0056 Extract LLM System Prompt
  AML.T0057 LLM Data Leakage
  AML.T0059 Erode Dataset Integrity
  AML.T0060 Publish Hallucinated Entities
  AML.T0061 LLM Prompt Self-Replication
  AML.T0062 Discover LLM Hallucinations
  AML.T0063 Discover AI Model Outputs
  AML.T0064 Gather RAG-Indexed Targets
  AML.T0065 LLM Prompt Crafting
  AML.T0066 Retrieval Content Crafting
  AML.T0067 LLM Trusted Output Components Manipulation
  AML.T0067.000 LLM Trusted Output Components Manipulation: Citations
  AML.T0068 LLM Prompt Obfuscation
  AML.T0069 Discover LLM System Information
  AML.T0069.000 Discover LLM System Information: Special Character Sets
  AML.T0069.001 Discover LLM System Information: System Instruction Keywords
  AML.T0069.002 Discover LLM System Information: System Prompt
  AML.T0070 RAG Poisoning
  AML.T0071 False RAG Entry Injection
  AML.T0072 Cyber Communication Channel
  AML.T0073 Impersonation
  AML.T0074 Masquerading
  AML.T0075 Enterprise Resource Discovery
  AML.T0076 Corrupt AI Model
  AML.T0077 LLM Response Rendering
  AML.T0078 Drive-by Compromise
  AML.T0079 Stage Capabilities
  AML.T0080 AI Agent Context Poisoning
  AML.T0080.000 AI Agent Context Poisoning: Memory
  AML.T0080.001 AI Agent Context Poisoning: Thread
  AML.T0081 Modify AI Agent Configuration
  AML.T0082 RAG Credential Harvesting
  AML.T0083 Credentials from AI Agent Configuration
  AML.T0084 Discover AI Agent Configuration
  AML.T0084.000 Discover AI Agent Configuration: Embedded Knowledge
  AML.T0084.001 Discover AI Agent Configuration: Tool Definitions
  AML.T0084.002 Discover AI Agent Configuration: Activation Triggers
  AML.T0084.003 Discover AI Agent Configuration: Call Chains
  AML.T0085 Data from AI Services
  AML.T0085.000 Data from AI Services: RAG Databases
  AML.T0085.001 Data from AI Services: AI Agent Tools
  AML.T0086 Exfiltration via AI Agent Tool Invocation
  AML.T0087 Gather Victim Identity Information
  AML.T0088 Generate Deepfakes
  AML.T0089 Enterprise Environment Discovery
  AML.T0090 OS Credential Dumping
  AML.T0091 Use Alternate Authentication Material
  AML.T0091.000 Use Alternate Authentication Material: Application Access Token
  AML.T0091.001 Use Alternate Authentication Material: Web Session Cookie
  AML.T0092 Manipulate User LLM Chat History
  AML.T0093 Prompt Infiltration via Public-Facing Application
  AML.T0094 Delay Execution of LLM Instructions
  AML.T0095 Search Open Websites/Domains
  AML.T0095.000 Search Open Websites/Domains: Code Repositories
  AML.T0096 AI Service API
  AML.T0097 Virtualization/Sandbox Evasion
  AML.T0098 AI Agent Tool Credential Harvesting
  AML.T0099 AI Agent Tool Data Poisoning
  AML.T0100 AI Agent Clickbait
  AML.T0101 Data Destruction via AI Agent Tool Invocation
  AML.T0102 Generate Malicious Commands
  AML.T0103 Deploy AI Agent
  AML.T0105 Escape to Host
  AML.T0106 Exploitation for Credential Access
  AML.T0107 Exploitation for Defense Evasion
  AML.T0108 AI Agent
  AML.T0109 AI Supply Chain Rug Pull
  AML.T0110 AI Agent Tool Poisoning
  AML.T0110.000 AI Agent Tool Poisoning: Definition and Instructions
  AML.T0110.001 AI Agent Tool Poisoning: Implementation
  AML.T0110.002 AI Agent Tool Poisoning: Runtime Response
  AML.T0111 AI Supply Chain Reputation Inflation
  AML.T0112 Machine Compromise
  AML.T0112.000 Machine Compromise: Local AI Agent
  AML.T0112.001 Machine Compromise: AI Artifacts
  AML.T0113 Steal Web Session Cookie
  AML.T0114 AI Service Web Interface
  AML.T0115 Publish Poisoned AI Artifacts
  AML.T0115.000 Publish Poisoned AI Artifacts: Datasets
  AML.T0115.001 Publish Poisoned AI Artifacts: Models
  AML.T0115.002 Publish Poisoned AI Artifacts: AI Agent Tools
  AML.T0116 Autonomous Reconnaissance
  AML.T0117 Autonomous Attack-Path Adaptation
  AML.T0118 Autonomous AI Agent Communication
  AML.T0118.000 Autonomous AI Agent Communication: Communication via Shared Artifacts
  AML.T0118.001 Autonomous AI Agent Communication: Direct Agent Communication
  AML.T0119 Exploit Automated Artifact Processing Pipeline
  AML.T0120 AI Artifact Repository
  AML.T0121 AI Agent Environment Reconstruction
  AML.T0122 Exploitation of Remote Services
  AML.T0123 Obfuscated Files or Information
  AML.T0124 Autonomous Attack Orchestration
  AML.T0125 Create Account
  AML.T0126 Automated Collection
  AML.T0127 Data Staged
  AML.T0128 Compromise Infrastructure
  AML.T0129 Triggers in Multimodal Inputs
  AML.T0130 AI Agent Response Biasing
  AML.T0131 Crafted AI Assistant Links
  AML.T0132 Misconfigured or Publicly Exposed AI Services
  AML.T0133 Discover AI Agent Runtime Capabilities
  AML.T0134 AI Targeted Cloaking
  `,
  new Map([
    ["AML.T0019", "AML.T0115.000"],
    ["AML.T0045", "AML.T0048.004"],
    ["AML.T0058", "AML.T0115.001"],
    ["AML.T0104", "AML.T0115.002"],
  ]),
);
